// SPDX-License-Identifier: GPL-3.0-or-later
// One press is one command: neither the second click of a double click nor a key that is kept down is another one. The
// first may have put another button, or another alarm, under the pointer.

const COMMANDS = "[data-verb]:not([data-verb=slate]), [role=menuitem], dialog .buttons button, .banner form *"; // the slate is held

const isCommand = (event) => !!event.target.closest?.(COMMANDS);

function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}

export function guardPresses() {
  addEventListener("click", (event) => event.detail > 1 && isCommand(event) && stop(event), true);
  addEventListener("keydown", (event) => event.repeat && event.key === "Enter" && isCommand(event) && stop(event), true);
}
