// Who I am: a guest, or somebody who claimed the account; leaving with everything, or for good.

import { ask, claim, erase, login, logout } from "/static/api.js";

const at = (id) => document.getElementById(id);

function trouble(message) {
  at("account-trouble").hidden = !message;
  at("account-trouble").textContent = message;
}

/** Say who is here; returns the person. */
export async function whoami() {
  const me = await ask("GET", "/v1/auth/me");
  at("who").textContent = me.guest ? "Guest" : me.username;
  at("open-account").setAttribute("aria-label", me.guest ? "Account: guest" : `Account: ${me.username}`);
  at("signed-in").textContent = me.guest
    ? "You are a guest: only this browser knows you. Claim the account to be remembered anywhere."
    : `You are signed in as ${me.username}.`;
  for (const id of ["claim", "returning"]) at(id).hidden = !me.guest;
  at("logout").textContent = me.guest ? "Begin anew as another guest" : "Sign out";
  return me;
}

function attempt(act) {
  return async (event) => {
    event.preventDefault();
    trouble("");
    try {
      await act(event);
    } catch (error) {
      trouble(`${error.message}.`);
    }
  };
}

const fields = (form) => Object.fromEntries(new FormData(form).entries());

function download(body) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(body, null, 2)], { type: "application/json" }));
  link.download = "everything-of-mine.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Open the dialog. */
export async function open() {
  trouble("");
  at("sure").hidden = true;
  at("account").showModal();
  await whoami().catch((error) => trouble(`${error.message}.`));
}

/** Make the dialog work; `changed` is called when we have become somebody else. */
export function prepare(changed) {
  const dialog = at("account");
  const become = (act) => attempt(async (event) => {
    await act(event);
    for (const form of dialog.querySelectorAll("form")) form.reset();
    at("returning").open = false;
    dialog.close();
    await changed();
  });
  at("open-account").addEventListener("click", open);
  at("close-account").addEventListener("click", () => dialog.close());
  at("claim").addEventListener("submit", become((event) => claim(fields(event.target))));
  at("login").addEventListener("submit", become((event) => login(fields(event.target))));
  at("logout").addEventListener("click", become(logout));
  at("export").addEventListener("click", attempt(async () => download(await ask("GET", "/v1/auth/me/export"))));
  at("erase").addEventListener("click", () => {
    at("sure").hidden = false;
    at("erase-surely").focus();
  });
  at("keep").addEventListener("click", () => {
    at("sure").hidden = true;
    at("erase").focus();
  });
  at("erase-surely").addEventListener("click", become(async () => {
    await erase();
    sessionStorage.clear();
  }));
}
