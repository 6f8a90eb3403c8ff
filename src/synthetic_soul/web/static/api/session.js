// @ts-check
// Who this browser is to the server: a guest, or the owner of an account.

import { Backoff, requestJson, ServerError, Unreachable } from "./http.js";

// The username that is signed in here, kept so that the end of its session can be told.
const MEMBER_KEY = "member";
const REFUSALS = [401, 403];

/** @typedef {{ access_token: string, username: string }} Grant */

/** @param {string} wanted */
function cookie(wanted) {
  const pair = document.cookie.split("; ").find((part) => part.startsWith(`${wanted}=`));
  return pair ? decodeURIComponent(pair.slice(wanted.length + 1)) : "";
}

export class Session {
  #token = "";
  #username = "";
  /** @type {Promise<Grant> | null} */
  #renewal = null;

  /** Called with the old username when a session has ended and somebody else is here now. */
  onReplaced = (/** @type {string} */ _username) => {};

  /** Return the header that says who asks; none before `enter`. */
  authorization() {
    /** @type {Record<string, string>} */
    const headers = this.#token ? { Authorization: `Bearer ${this.#token}` } : {};
    return headers;
  }

  /** Come back as who was here before, else as a new guest. Runs once even if several ask. */
  enter() {
    const before = this.#username;
    this.#renewal ??= this.#renew()
      .then((grant) => {
        if (before && grant.username !== before) this.onReplaced(before);
        return grant;
      })
      .finally(() => {
        this.#renewal = null;
      });
    return this.#renewal;
  }

  /**
   * Send a request. An expired token is renewed once; nothing is sent in another's name.
   * @param {string} verb
   * @param {string} path
   * @param {unknown} [body]
   * @param {Record<string, string>} [headers]
   */
  async ask(verb, path, body, headers) {
    try {
      return await this.#send(verb, path, body, headers);
    } catch (error) {
      if (!(error instanceof ServerError) || error.status !== 401) throw error;
      const before = this.#username;
      await this.enter();
      if (this.#username !== before) throw error;
      return await this.#send(verb, path, body, headers);
    }
  }

  /**
   * Send a request until the server has taken it; only for what may be sent twice.
   * @param {string} verb
   * @param {string} path
   * @param {unknown} body
   * @param {Record<string, string>} headers
   * @param {(error: Error) => void} onUnreachable called after each attempt in vain
   */
  async askUntilReached(verb, path, body, headers, onUnreachable) {
    const backoff = new Backoff();
    for (;;) {
      try {
        return await this.ask(verb, path, body, headers);
      } catch (error) {
        const busy = error instanceof ServerError && error.status === 503;
        if (!(error instanceof Unreachable || busy)) throw error;
        onUnreachable(error);
        await backoff.pause();
      }
    }
  }

  /** @param {Record<string, unknown>} form */
  async login(form) {
    await this.#take("/v1/auth/login", form);
    localStorage.setItem(MEMBER_KEY, this.#username);
  }

  /** @param {Record<string, unknown>} form */
  async claim(form) {
    await this.#take("/v1/auth/claim", form);
    localStorage.setItem(MEMBER_KEY, this.#username);
  }

  async logout() {
    await this.#send("POST", "/v1/auth/logout");
    await this.#becomeGuest();
  }

  async erase() {
    await this.ask("DELETE", "/v1/auth/me");
    await this.#becomeGuest();
  }

  /** Return the username whose session has ended here, once; empty if none has. */
  takeEnded() {
    const member = localStorage.getItem(MEMBER_KEY) ?? "";
    if (!member || member === this.#username) return "";
    localStorage.removeItem(MEMBER_KEY);
    return member;
  }

  /**
   * @param {string} verb
   * @param {string} path
   * @param {unknown} [body]
   * @param {Record<string, string>} [headers]
   */
  #send(verb, path, body, headers = {}) {
    return requestJson(verb, path, body, { ...this.authorization(), ...headers });
  }

  /**
   * Ask for tokens, and be whom they name from now on.
   * @param {string} path
   * @param {unknown} [body]
   * @param {Record<string, string>} [headers]
   * @returns {Promise<Grant>}
   */
  async #take(path, body, headers) {
    const grant = await this.#send("POST", path, body, headers);
    this.#token = grant.access_token;
    this.#username = grant.username;
    return grant;
  }

  async #renew() {
    try {
      const csrf = cookie("refresh_csrf");
      if (!csrf) throw new ServerError(401, null);
      return await this.#take("/v1/auth/refresh", undefined, { "X-CSRF-Token": csrf });
    } catch (error) {
      // Only a refusal ends a session; a server that is busy or away does not.
      if (!(error instanceof ServerError) || !REFUSALS.includes(error.status)) throw error;
      this.#token = "";
      return await this.#take("/v1/auth/guest");
    }
  }

  async #becomeGuest() {
    localStorage.removeItem(MEMBER_KEY);
    this.#token = "";
    this.#username = "";
    await this.#take("/v1/auth/guest");
  }
}
