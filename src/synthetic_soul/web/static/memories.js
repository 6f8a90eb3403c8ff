// @ts-check
// What the agent remembers of the user, each with a way to have it forgotten.

import { ServerError } from "./api/http.js";
import { button, el } from "./dom.js";
import { STRINGS, topicLabel } from "./strings.js";

/** @typedef {import("./api/session.js").Asker} Asker */
/** @typedef {{ id: string, topic: string, value: string }} Fact */

/**
 * @param {Asker} asker
 * @param {string} path of all memories
 * @param {Fact} fact
 * @param {() => Promise<void>} onForgotten
 */
function memoryItem(asker, path, fact, onForgotten) {
  const topic = topicLabel(fact.topic);
  const forget = button(STRINGS.forget, () => erase(), {
    className: "link",
    "aria-label": STRINGS.forgetFact(topic, fact.value),
  });
  const erase = async () => {
    forget.disabled = true;
    try {
      await asker.ask("DELETE", `${path}/${encodeURIComponent(fact.id)}`);
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
 * @param {Asker} asker
 * @param {HTMLElement} list
 * @param {string} agentPath
 * @param {() => Promise<void>} onForgotten
 */
export async function listMemories(asker, list, agentPath, onForgotten) {
  const path = `${agentPath}/memories`;
  /** @type {{ memories: Fact[] }} */
  const { memories } = await asker.ask("GET", path);
  list.replaceChildren(...memories.map((fact) => memoryItem(asker, path, fact, onForgotten)));
}
