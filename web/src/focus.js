// SPDX-License-Identifier: GPL-3.0-or-later
// The focus is never lost: where what had it goes away, as rows of a list do, it goes to what held it, as near as can be.

let path = []; // what has the focus, and what that is in

const chain = (element) => (element ? [element, ...chain(element.parentElement)] : []);

function toMain() {
  const main = document.getElementById("main");
  if (!main) return;
  main.tabIndex = -1;
  main.focus();
}

function keep() {
  if (!path.length || path[0].isConnected || document.activeElement !== document.body) return;
  const holder = path.find((one) => one.isConnected && one !== document.body && one.tabIndex >= 0);
  path = [];
  if (holder) holder.focus({ preventScroll: true });
  else toMain();
}

export function keepFocus() {
  addEventListener("focusin", (event) => { path = chain(event.target); });
  // Who clicks beside everything has let it go.
  addEventListener("pointerdown", () => { path = []; }, true);
  new MutationObserver(keep).observe(document.getElementById("page"), { childList: true, subtree: true });
}
