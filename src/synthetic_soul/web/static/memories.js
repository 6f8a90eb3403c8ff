// @ts-check
// What the agent remembers of the user, each with a way to have it forgotten.

import { ServerError } from "./api/http.js";
import { button, el } from "./dom.js";
import { STRINGS, topicLabel } from "./strings.js";

/** @typedef {import("./api/session.js").Session} Session */
/** @typedef {{ id: string, topic: string, value: string }} Fact */

/**
 * @param {Session} session
 * @param {string} path of all memories
 * @param {Fact} fact
 * @param {() => Promise<void>} onForgotten
 */
function memoryItem(session, path, fact, onForgotten) {
  const topic = topicLabel(fact.topic);
  const forget = button(STRINGS.forget, () => erase(), {
    className: "link",
    "aria-label": STRINGS.forgetFact(topic, fact.value),
  });
  const erase = async () => {
    forget.disabled = true;
    try {
      await session.ask("DELETE", `${path}/${encodeURIComponent(fact.id)}`);
    } catch (error) {
      // 404: it has been forgotten elsewhere.
      if (!(error instanceof ServerError && error.status === 404)) forget.disabled = false;
    }
    await onForgotten();
  };
  return el("li", {}, el("span", {}, el("small", {}, topic), fact.value), forget);
}

/**
 * Fill a list with what an agent remembers of the user.
 * @param {Session} session
 * @param {HTMLElement} list
 * @param {string} agentPath
 * @param {() => Promise<void>} onForgotten
 */
export async function listMemories(session, list, agentPath, onForgotten) {
  const path = `${agentPath}/memories`;
  /** @type {{ memories: Fact[] }} */
  const { memories } = await session.ask("GET", path);
  list.replaceChildren(...memories.map((fact) => memoryItem(session, path, fact, onForgotten)));
}
