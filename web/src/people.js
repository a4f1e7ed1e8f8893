// SPDX-License-Identifier: GPL-3.0-or-later
// Who may log in and what they may, and the keys of programs; for admins. A key is seen once, when it is made.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, patch, post, remove } from "./api.js";
import { Copy } from "./copy.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icons.js";
import { useLive } from "./live.js";
import { session } from "./session.js";
import { dayOf, parseInstant, shortDay } from "./time.js";
import { t, useLanguage } from "./words.js";

const ROLES = ["viewer", "producer", "operator", "admin"];
const LEAST_PASSWORD = 8, MOST_DAYS = 3660;

const userPath = (name) => `/users/${encodeURIComponent(name)}`;
const tokenPath = (name) => `/tokens/${encodeURIComponent(name)}`;

function usePeople() {
  const [people, set] = useState({ users: null, tokens: null, error: null });
  const load = async () => {
    try {
      set({ users: (await get("/users")) || [], tokens: (await get("/tokens")) || [], error: null });
    } catch (error) {
      set((old) => ({ ...old, error }));
    }
  };
  useEffect(() => { load(); }, []);
  return { ...people, load };
}

/** Text of the day of @time; nothing for null. */
function Day({ time, zone }) {
  const at = parseInstant(time);
  return Number.isFinite(at) && zone ? `${shortDay(dayOf(at, zone))}/${dayOf(at, zone).slice(0, 4)}` : t("people.never");
}

function Role({ value, only, ...more }) {
  return html`<label>${t("people.role")} <select name="role" ...${more}>
    ${ROLES.filter((role) => !only || role === only).map((role) => html`<option key=${role} value=${role} selected=${role === value}>${t(`role.${role}`)}</option>`)}</select></label>`;
}

const Password = ({ required, label }) => html`<label>${label} <input name="password" type="password" autocomplete="new-password" required=${required}
  minlength=${LEAST_PASSWORD} maxlength="256" /></label>`;

const Name = () => html`<label>${t("login.name")} <input name="name" required maxlength="64" autocapitalize="none" autocomplete="off" spellcheck="false" pattern="[a-z0-9._@\\-]+" title=${t("people.name.why")} /></label>`;

// A form that is sent whole, and empty again when that went well.
function Form({ label, text, onSend, children }) {
  const [problem, say] = useState(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    setBusy(true);
    say(null);
    try {
      await onSend(Object.fromEntries(new FormData(form)));
      form.reset();
    } catch (error) {
      say(error.message);
    }
    setBusy(false);
  };
  return html`
    <form class="add" aria-label=${label} onSubmit=${submit}>${children}
      <button class="small" type="submit" aria-disabled=${busy}><${Icon} name="add" size="13" /> ${text}</button>
      ${problem && html`<p class="problem" role="alert">${problem}</p>`}</form>`;
}

// A question about one user or key; @act does what its name says.
function Ask({ asked, onDone, onClose }) {
  const form = useRef(null);
  const [problem, say] = useState(null);
  const [busy, setBusy] = useState(false);
  const confirm = async (event) => {
    event?.preventDefault();
    if (form.current && !form.current.reportValidity()) return;
    setBusy(true);
    try {
      await asked.act(form.current ? Object.fromEntries(new FormData(form.current)) : {});
      onDone();
    } catch (error) {
      say(error.message);
      setBusy(false);
    }
  };
  return html`
    <${Dialog} title=${asked.title} confirm=${asked.confirm} danger=${asked.danger} busy=${busy} problem=${problem} onConfirm=${confirm} onClose=${onClose}>
      ${asked.why && html`<p>${asked.why}</p>`}
      ${asked.fields && html`<form ref=${form} class="fields" onSubmit=${confirm}>${asked.fields}</form>`}
    </${Dialog}>`;
}

function Users({ users, zone, ask }) {
  const change = (user) => ask({
    title: t("people.change", { name: user.name }), confirm: t("people.save"),
    fields: html`<${Role} value=${user.role} autofocus /><${Password} label=${t("people.password.new")} /><p class="since">${t("people.password.why")}</p>`,
    act: ({ role, password }) => patch(userPath(user.name), { ...(role !== user.role && { role }), ...(password && { password }), ...(role === user.role && !password && { role }) }),
  });
  const drop = (user) => ask({ title: t("people.remove", { name: user.name }), why: t("people.remove.why"), confirm: t("people.remove.do"), danger: true, act: () => remove(userPath(user.name)) });
  return html`
    <table><thead><tr>${["name", "role", "since", "act"].map((name) => html`<th key=${name} scope="col">${t(`column.${name}`)}</th>`)}</tr></thead>
      <tbody>${users.map((user) => html`<tr key=${user.name} data-user=${user.name}>
        <td class="what"><b>${user.name}</b> ${user.name === session.name && html`<span class="chip">${t("people.you")}</span>`}</td>
        <td>${t(`role.${user.role}`)}</td><td class="time" data-label=${t("column.since")}><${Day} time=${user.since} zone=${zone} /></td>
        <td class="acts"><button class="small" data-act="change" aria-label=${t("people.change", { name: user.name })} onClick=${() => change(user)}>${t("people.change.do")}</button>
          <button class="small" data-act="remove" aria-label=${t("people.remove", { name: user.name })} onClick=${() => drop(user)}>${t("people.remove.do")}</button></td></tr>`)}</tbody></table>
    ${!users.length && html`<p class="empty">${t("people.nobody")}</p>`}`;
}

function Tokens({ tokens, zone, ask }) {
  const revoke = (token) => ask({ title: t("people.revoke", { name: token.name }), why: t("people.revoke.why"), confirm: t("people.revoke.do"), danger: true, act: () => remove(tokenPath(token.name)) });
  return html`
    <table><thead><tr>${["name", "role", "since", "until", "act"].map((name) => html`<th key=${name} scope="col">${t(`column.${name}`)}</th>`)}</tr></thead>
      <tbody>${tokens.map((token) => html`<tr key=${token.name} data-token=${token.name}>
        <td class="what"><b>${token.name}</b></td><td>${t(`role.${token.role}`)}</td>
        <td class="time" data-label=${t("column.since")}><${Day} time=${token.since} zone=${zone} /></td><td class="time" data-label=${t("column.until")}><${Day} time=${token.until} zone=${zone} /></td>
        <td class="acts"><button class="small" data-act="revoke" aria-label=${t("people.revoke", { name: token.name })} onClick=${() => revoke(token)}>${t("people.revoke.do")}</button></td></tr>`)}</tbody></table>
    ${!tokens.length && html`<p class="empty">${t("people.keyless")}</p>`}`;
}

// The key that was just made. It leaves the page with the button, and does not come back.
function Key({ made, onGone }) {
  return html`
    <div class="key" role="status">
      <p><${Icon} name="warning" size="15" /> ${t("people.key.once", { name: made.name })}</p>
      <p><${Copy} value=${made.key} label=${t("people.key")} selected />
        <button class="small" data-act="seen" onClick=${onGone}>${t("people.key.seen")}</button></p></div>`;
}

export function People() {
  useLanguage();
  const zone = useLive((l) => l.status?.timezone);
  const { users, tokens, error, load } = usePeople();
  const [asked, ask] = useState(null);
  const [made, make] = useState(null);
  const addUser = async ({ name, role, password }) => {
    await post("/users", { name, role, password });
    if (!session.has_users) location.reload(); // from now on everybody logs in
    await load();
  };
  const addToken = async ({ name, role, days }) => {
    make(await post("/tokens", { name, role, ...(days && { days: Number(days) }) }));
    await load();
  };
  const first = users && !users.length;
  return html`
    <main class="people" id="main">
      <section class="panel" aria-labelledby="users-label">
        <header><h2 id="users-label"><${Icon} name="people" size="16" /> ${t("people.users")} ${users && html`<span class="chip">${users.length}</span>`}</h2></header>
        <${Form} label=${t("people.add")} text=${t("people.add")} onSend=${addUser}>
          <${Name} /><${Role} key=${first} value=${first ? "admin" : "viewer"} only=${first && "admin"} /><${Password} required label=${t("login.password")} />
          ${first && html`<p class="since">${t("people.first")}</p>`}</${Form}>
        ${error && html`<p class="problem" role="alert">${error.message}</p>`}
        <div class="scroll" tabindex="0" role="group" aria-labelledby="users-label">${users ? html`<${Users} users=${users} zone=${zone} ask=${ask} />` : html`<p class="empty">${t("list.loading")}</p>`}
          <dl class="roles">${ROLES.map((role) => html`<div key=${role}><dt>${t(`role.${role}`)}</dt><dd>${t(`role.may.${role}`)}</dd></div>`)}</dl></div>
      </section>
      <section class="panel" aria-labelledby="tokens-label">
        <header><h2 id="tokens-label"><${Icon} name="key" size="16" /> ${t("people.tokens")} ${tokens && html`<span class="chip">${tokens.length}</span>`}</h2></header>
        <${Form} label=${t("people.token.add")} text=${t("people.token.add")} onSend=${addToken}>
          <${Name} /><${Role} value="viewer" /><label>${t("people.days")} <input name="days" type="number" min="1" max=${MOST_DAYS} placeholder=${t("people.never")} /></label></${Form}>
        ${made && html`<${Key} made=${made} onGone=${() => make(null)} />`}
        <div class="scroll" tabindex="0" role="group" aria-labelledby="tokens-label">${tokens ? html`<${Tokens} tokens=${tokens} zone=${zone} ask=${ask} />` : html`<p class="empty">${t("list.loading")}</p>`}</div>
      </section>
      ${asked && html`<${Ask} asked=${asked} onDone=${() => { ask(null); load(); }} onClose=${() => ask(null)} />`}
    </main>`;
}
