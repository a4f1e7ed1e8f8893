// SPDX-License-Identifier: GPL-3.0-or-later
// Who this browser is logged in as, and what that person may.

import { wanted } from "./api.js";
import { t } from "./words.js";

const ROLES = ["none", "viewer", "producer", "operator", "admin"];

export const session = { name: null, role: "none", has_users: true };

/** True if whoever sits here may what @role may. */
export const may = (role) => ROLES.indexOf(session.role) >= ROLES.indexOf(role);

async function ask(method, body) {
  const response = await fetch("/api/v1/session", {
    method,
    headers: { "Content-Type": "application/json", ...wanted() },
    body: body && JSON.stringify(body),
  }).catch(() => { throw new Error(t("api.silent")); });
  let said = null;
  try {
    const text = await response.text();
    said = text ? JSON.parse(text) : null;
  } catch {
    throw new Error(t("api.silent")); // cut off, or the words of something that stands before the daemon
  }
  if (response.ok) return said;
  throw Object.assign(new Error(said?.detail || String(response.status)), { status: response.status });
}

/** Finds out who is logged in. */
export async function recognise() {
  Object.assign(session, await ask("GET"));
}

export async function logIn(name, password) {
  Object.assign(session, await ask("POST", { name, password }));
}

export async function logOut() {
  await ask("DELETE");
  location.reload();
}
