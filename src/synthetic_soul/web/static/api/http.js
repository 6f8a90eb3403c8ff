// @ts-check
// Requests to the server, the two ways in which they fail, and waiting between attempts.

import { STRINGS } from "../strings.js";

// Where the server's paths begin: behind a proxy that may be below a path of its own.
export const ROOT = new URL("../../", import.meta.url);
// What a proxy answers while the server behind it is away, and the server while its store is.
const AWAY = [502, 503, 504];
const FIRST_WAIT_MS = 250;
const LAST_WAIT_MS = 4000;

/** The server refused a request; `code` is one of the API's error codes, or empty. */
export class ServerError extends Error {
  /**
   * @param {number} status
   * @param {{ error?: { message?: string, code?: string } } | null} body
   */
  constructor(status, body) {
    super(body?.error?.message ?? STRINGS.serverAnswered(status));
    this.status = status;
    this.code = body?.error?.code ?? "";
  }
}

/** Tell whether a status means that the server is away for now. */
export const isAway = (/** @type {number} */ status) => AWAY.includes(status);

/**
 * Return a name for what is kept in the browser, which servers below other paths share.
 * @param {string} name
 */
export const storageKey = (name) => (ROOT.pathname === "/" ? name : `${name} ${ROOT.pathname}`);

/** The server could not be reached. */
export class Unreachable extends Error {
  constructor() {
    super(STRINGS.unreachable);
  }
}

/** Waits that double with each attempt, from a quarter of a second to four seconds. */
export class Backoff {
  #wait = FIRST_WAIT_MS;

  reset() {
    this.#wait = FIRST_WAIT_MS;
  }

  async pause() {
    const wait = this.#wait;
    this.#wait = Math.min(wait * 2, LAST_WAIT_MS);
    await new Promise((done) => setTimeout(done, wait));
  }
}

/**
 * Fetch; throw `Unreachable` where there is no response.
 * @param {string} path of the API, from its root
 * @param {RequestInit} options
 */
export async function reach(path, options) {
  try {
    return await fetch(new URL(`.${path}`, ROOT), options);
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") throw error;
    throw new Unreachable();
  }
}

/** The path that cookies of this page are for, as the server would set them. */
export const cookiePath = () => ROOT.pathname.replace(/(?!^)\/$/, "");

/**
 * Send a request and return the parsed body; throw `ServerError` unless it succeeded.
 * @param {string} verb
 * @param {string} path
 * @param {unknown} body sent as JSON, unless undefined
 * @param {Record<string, string>} headers
 * @param {(headers: Headers) => void} [onHeaders] told the headers of a response that succeeded
 * @returns {Promise<any>}
 */
export async function requestJson(verb, path, body, headers, onHeaders = () => {}) {
  const response = await reach(path, {
    method: verb,
    keepalive: verb === "DELETE", // also of a page that is being left
    headers: {
      Accept: "application/json",
      "X-Requested-With": "fetch", // no page of another origin can send it
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const parsed = await response.json().catch(() => null);
  if (!response.ok || parsed === null) throw new ServerError(response.status, parsed);
  onHeaders(response.headers);
  return parsed;
}
