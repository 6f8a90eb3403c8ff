// @ts-check
// Server-sent events over fetch, which can carry the token that EventSource cannot.

import { Backoff, isAway, reach, Unreachable } from "./http.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {{ id: string, event: string, data: any }} ServerEvent */

/**
 * Parse whole events, which end with an empty line each. Comments and events without data are
 * left out.
 * @param {string} text
 * @returns {Generator<ServerEvent>}
 */
export function* parseEvents(text) {
  for (const block of text.split("\n\n")) {
    /** @type {Record<string, string>} */
    const fields = { id: "", event: "message", data: "" };
    for (const line of block.split("\n")) {
      const colon = line.indexOf(":");
      if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
    }
    if (fields.data) {
      yield { id: fields.id, event: fields.event, data: JSON.parse(fields.data) };
    }
  }
}

/**
 * Read events from a response's body as they arrive, wherever the network cut it.
 * @param {ReadableStream<BufferSource>} body
 * @returns {AsyncGenerator<ServerEvent>}
 */
export async function* readEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let unread = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      unread += part.value;
      const end = unread.lastIndexOf("\n\n");
      if (end < 0) continue;
      yield* parseEvents(unread.slice(0, end));
      unread = unread.slice(end + 2);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * Follow a stream until `take` returns true, the stream is no longer there (404) or `signal` is
 * aborted. A stream that is cut is resumed after the last event.
 * @param {Session} session
 * @param {string} path
 * @param {(event: ServerEvent) => boolean} take
 * @param {AbortSignal} signal
 * @param {(reachable: boolean) => void} [onReachable] told after each attempt
 */
export async function followEvents(session, path, take, signal, onReachable = () => {}) {
  const backoff = new Backoff();
  let lastId = "";
  while (!signal.aborted) {
    try {
      /** @type {Record<string, string>} */
      const resume = lastId ? { "Last-Event-ID": lastId } : {};
      const headers = { ...session.authorization(), ...resume };
      const response = await reach(path, { headers, signal });
      onReachable(!isAway(response.status));
      if (response.status === 401) await session.enter();
      else if (response.status === 404) return;
      else if (response.ok && response.body) {
        for await (const event of readEvents(response.body)) {
          lastId = event.id || lastId;
          backoff.reset();
          if (signal.aborted || take(event)) return;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Unreachable) onReachable(false);
    }
    await backoff.pause();
  }
}
