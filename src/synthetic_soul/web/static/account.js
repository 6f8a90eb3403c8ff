// @ts-check
// The account dialog: claim the guest's account, sign in or out, take everything along, leave.

import { byId, el, showBanner } from "./dom.js";
import { STRINGS } from "./strings.js";

/** @typedef {import("./api/session.js").Asker} Asker */
/** @typedef {import("./api/session.js").Session} Session */
/** @typedef {{ user_id: string, username: string, guest: boolean, operator: boolean }} User */

const REVOKE_AFTER_MS = 10_000;

/** @param {unknown} body */
function download(body) {
  const text = JSON.stringify(body, null, 2);
  const href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  el("a", { href, download: STRINGS.exportFile }).click();
  setTimeout(() => URL.revokeObjectURL(href), REVOKE_AFTER_MS);
}

/** @param {Event} event */
function fields(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  return Object.fromEntries(new FormData(form).entries());
}

export class AccountDialog {
  #session;
  #onChanged;
  #dialog = byId("account", HTMLDialogElement);
  #returning = byId("returning", HTMLDetailsElement);
  #banner = byId("account-trouble");
  #confirmation = byId("sure");
  /** Counts how often it was asked who is here: the newest answer counts. */
  #asked = 0;

  /**
   * @param {Session} session
   * @param {() => Promise<void>} onChanged called when somebody else is here now
   */
  constructor(session, onChanged) {
    this.#session = session;
    this.#onChanged = onChanged;
  }

  get isOpen() {
    return this.#dialog.open;
  }

  async open() {
    showBanner(this.#banner, "");
    this.#confirmation.hidden = true;
    this.#dialog.showModal();
    await this.showUser(this.#session).catch((error) =>
      showBanner(this.#banner, STRINGS.reason(error)),
    );
  }

  /** Open the dialog at the sign-in form. */
  async openSignIn() {
    await this.open();
    this.#returning.open = true;
  }

  /**
   * Show who is here, and return the user.
   * @param {Asker} asker
   * @returns {Promise<User>}
   */
  async showUser(asker) {
    this.#asked += 1;
    const asked = this.#asked;
    /** @type {User} */
    const user = await asker.ask("GET", "/v1/auth/me");
    if (asked === this.#asked) this.#show(user);
    return user;
  }

  /** @param {User} user */
  #show({ guest, username }) {
    byId("who").textContent = guest ? STRINGS.guest : username;
    const label = guest ? STRINGS.accountOfGuest : STRINGS.accountOf(username);
    byId("open-account").setAttribute("aria-label", label);
    byId("signed-in").textContent = guest ? STRINGS.youAreGuest : STRINGS.signedInAs(username);
    for (const id of ["claim", "returning"]) byId(id).hidden = !guest;
    byId("logout").textContent = guest ? STRINGS.newGuest : STRINGS.signOut;
  }

  /** Make the dialog and its button work. */
  listen() {
    const session = this.#session;
    byId("open-account").addEventListener("click", () => this.open());
    byId("close-account").addEventListener("click", () => this.#dialog.close());
    this.#become("claim", "submit", (event) => session.claim(fields(event)));
    this.#become("login", "submit", (event) => session.login(fields(event)));
    this.#become("logout", "click", () => session.logout());
    this.#become("erase-surely", "click", async () => {
      await session.erase();
      sessionStorage.clear();
    });
    this.#attempt("export", "click", async () => {
      download(await session.ask("GET", "/v1/auth/me/export"));
    });
    byId("erase").addEventListener("click", () => {
      this.#confirmation.hidden = false;
      byId("erase-surely").focus();
    });
    byId("keep").addEventListener("click", () => {
      this.#confirmation.hidden = true;
      byId("erase").focus();
    });
  }

  /**
   * Act on an event; show in the dialog why it failed.
   * @param {string} id
   * @param {"click" | "submit"} kind
   * @param {(event: Event) => Promise<void>} act
   */
  #attempt(id, kind, act) {
    byId(id).addEventListener(kind, async (event) => {
      event.preventDefault();
      showBanner(this.#banner, "");
      try {
        await act(event);
      } catch (error) {
        showBanner(this.#banner, STRINGS.reason(/** @type {Error} */ (error)));
      }
    });
  }

  /**
   * Act on an event that makes somebody else of the user, and close the dialog.
   * @param {string} id
   * @param {"click" | "submit"} kind
   * @param {(event: Event) => Promise<void>} act
   */
  #become(id, kind, act) {
    this.#attempt(id, kind, async (event) => {
      await act(event);
      for (const form of this.#dialog.querySelectorAll("form")) form.reset();
      this.#returning.open = false;
      this.#dialog.close();
      await this.#onChanged();
    });
  }
}
