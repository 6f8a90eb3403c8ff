// @ts-check
// Who this browser is to the server: a guest, or the owner of an account.

import { STRINGS } from "../strings.js";
import {
  Backoff,
  cookiePath,
  isAway,
  requestJson,
  ServerError,
  storageKey,
  Unreachable,
} from "./http.js";

// The username that is signed in here, kept so that the end of its session can be told.
const MEMBER_KEY = storageKey("member");

const CSRF_COOKIE = "refresh_csrf";
// The same over plain HTTP, where a browser refuses the other one if this host has set it over HTTPS.
const PLAIN_CSRF_COOKIE = "plain_csrf";
const PLAIN_CSRF_SECONDS = 31_536_000;
const IS_PLAIN = globalThis.location?.protocol === "http:";

/** @typedef {{ access_token: string, username: string }} Grant */
/** @typedef {Pick<Session, "ask">} Asker */

/** @param {string} wanted */
function cookie(wanted) {
  const pair = document.cookie.split("; ").find((part) => part.startsWith(`${wanted}=`));
  return pair ? decodeURIComponent(pair.slice(wanted.length + 1)) : "";
}

/** Return the value that this page must send when it refreshes; empty before there is a session. */
const csrfValue = () => (IS_PLAIN && cookie(PLAIN_CSRF_COOKIE)) || cookie(CSRF_COOKIE);

/** @param {Headers} headers of an answer that set the cookies */
function keepCsrfValue(headers) {
  const value = headers.get("X-CSRF-Token");
  if (!IS_PLAIN || !value) return;
  const attributes = `path=${cookiePath()}; max-age=${PLAIN_CSRF_SECONDS}; samesite=lax`;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is for HTTPS alone
  document.cookie = `${PLAIN_CSRF_COOKIE}=${encodeURIComponent(value)}; ${attributes}`;
}

/**
 * Tell whether the server, and not something on the way to it, says that a session has ended.
 * @param {unknown} error
 */
function endsSession(error) {
  if (!(error instanceof ServerError) || !error.code) return false;
  return error.status === 401 || error.code === "csrf_failed";
}

/** Somebody else is here now than the one in whose name something was to be sent. */
export class Replaced extends Error {
  constructor() {
    super(STRINGS.replaced);
  }
}

export class Session {
  #token = "";
  #username = "";
  #visit = 0;
  /** @type {Promise<Grant> | null} */
  #renewal = null;
  /** What asks for tokens now, or did last. @type {Promise<unknown>} */
  #exchange = Promise.resolve();

  /** Called when a session has ended and somebody else is here now. */
  onReplaced = () => {};

  /** A number that changes whenever somebody else is here; a claim makes nobody else of a guest. */
  get visit() {
    return this.#visit;
  }

  /** Return the header that says who asks; none before `enter`. */
  authorization() {
    /** @type {Record<string, string>} */
    const headers = this.#token ? { Authorization: `Bearer ${this.#token}` } : {};
    return headers;
  }

  /** Come back as who was here before, else as a new guest. Runs once even if several ask. */
  enter() {
    this.#renewal ??= this.#inTurn(async () => {
      const before = this.#username;
      const grant = await this.#renew();
      if (before && grant.username !== before) {
        this.#visit += 1;
        this.onReplaced();
      }
      return grant;
    }).finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  /**
   * Send a request. An expired token is renewed once; nothing is sent in another's name: that
   * throws `Replaced`.
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
      const { visit } = this;
      await this.enter();
      if (this.visit !== visit) throw new Replaced();
      return await this.#send(verb, path, body, headers);
    }
  }

  /**
   * Return a way to ask that ends when `signal` is aborted: then neither an answer nor an error
   * comes any more. What waits for one does not go on, so it cannot act on what came instead.
   * @param {AbortSignal} signal
   * @returns {Asker}
   */
  until(signal) {
    return {
      ask: (...request) =>
        new Promise((resolve, reject) => {
          if (signal.aborted) return;
          this.ask(...request).then(
            (answer) => signal.aborted || resolve(answer),
            (error) => signal.aborted || reject(error),
          );
        }),
    };
  }

  /**
   * Send a request until the server has taken it; only for what may be sent twice.
   * @param {string} verb
   * @param {string} path
   * @param {unknown} body
   * @param {Record<string, string>} headers
   * @param {number} visit of the one in whose name it is sent
   * @param {(error: Error) => void} onUnreachable called after each attempt in vain
   */
  async askUntilReached(verb, path, body, headers, visit, onUnreachable) {
    const backoff = new Backoff();
    for (;;) {
      if (this.visit !== visit) throw new Replaced();
      try {
        return await this.ask(verb, path, body, headers);
      } catch (error) {
        const busy = error instanceof ServerError && isAway(error.status);
        if (!(error instanceof Unreachable || busy)) throw error;
        onUnreachable(error);
        await backoff.pause();
      }
    }
  }

  /** @param {Record<string, unknown>} form */
  async login(form) {
    await this.#inTurn(async () => {
      await this.#take("/v1/auth/login", form);
      this.#visit += 1;
      localStorage.setItem(MEMBER_KEY, this.#username);
    });
  }

  /** @param {Record<string, unknown>} form */
  async claim(form) {
    await this.#inTurn(async () => {
      await this.#take("/v1/auth/claim", form);
      localStorage.setItem(MEMBER_KEY, this.#username);
    });
  }

  async logout() {
    await this.#inTurn(async () => {
      await this.#send("POST", "/v1/auth/logout");
      await this.#becomeGuest();
    });
  }

  async erase() {
    await this.ask("DELETE", "/v1/auth/me");
    await this.#inTurn(() => this.#becomeGuest());
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
   * Do this once no other request for tokens is under way. Each answer brings a token and cookies:
   * a renewal that is answered after a login would bring back who was here before.
   * @template T
   * @param {() => Promise<T>} act
   * @returns {Promise<T>}
   */
  #inTurn(act) {
    const turn = this.#exchange.then(act);
    this.#exchange = turn.catch(() => {});
    return turn;
  }

  /**
   * Ask for tokens, and be whom they name from now on. Only to be called in turn.
   * @param {string} path
   * @param {unknown} [body]
   * @param {Record<string, string>} [headers]
   * @returns {Promise<Grant>}
   */
  async #take(path, body, headers) {
    const sent = { ...this.authorization(), ...headers };
    const grant = await requestJson("POST", path, body, sent, keepCsrfValue);
    this.#token = grant.access_token;
    this.#username = grant.username;
    return grant;
  }

  async #renew() {
    const csrf = csrfValue();
    if (csrf) {
      try {
        return await this.#take("/v1/auth/refresh", undefined, { "X-CSRF-Token": csrf });
      } catch (error) {
        // A server that is busy or away ends no session, nor does whoever is on the way to it.
        if (!endsSession(error)) throw error;
      }
    }
    this.#token = "";
    return await this.#take("/v1/auth/guest");
  }

  async #becomeGuest() {
    localStorage.removeItem(MEMBER_KEY);
    this.#token = "";
    this.#username = "";
    this.#visit += 1;
    await this.#take("/v1/auth/guest");
  }
}
