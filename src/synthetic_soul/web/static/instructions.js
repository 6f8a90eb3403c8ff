// @ts-check
// What a character's author tells a model; the operator decides whether that is applied.

import { byId, el } from "./dom.js";
import { STRINGS } from "./strings.js";

/** @typedef {import("./api/session.js").Asker} Asker */
/** @typedef {{ instructions: string[], applied: boolean }} Instructions */

export function hideInstructions() {
  byId("instructions").hidden = true;
}

/**
 * Show the operator the instructions of an agent's author, with a switch; nothing where there are
 * none.
 * @param {Asker} asker
 * @param {string} agentPath path of the agent in the API
 */
export async function showInstructions(asker, agentPath) {
  const path = `${agentPath}/instructions`;
  const box = byId("apply-instructions", HTMLInputElement);
  const trouble = byId("instructions-trouble");

  /** @param {Instructions} found */
  const show = ({ instructions, applied }) => {
    const texts = instructions.map((text) => el("blockquote", {}, text));
    byId("instruction-texts").replaceChildren(...texts);
    box.checked = applied;
    box.disabled = false;
    box.onchange = () => decide();
    byId("instructions").hidden = !instructions.length;
  };

  /** Consent, or no longer. One decision at a time: two might change places. */
  const decide = async () => {
    const applied = box.checked;
    box.disabled = true;
    trouble.textContent = "";
    try {
      show(await asker.ask("PUT", path, { applied }));
    } catch (error) {
      trouble.textContent = STRINGS.reason(/** @type {Error} */ (error));
      box.checked = !applied;
      box.disabled = false;
    }
    if (document.activeElement === document.body) box.focus(); // it lost that when it was disabled
  };

  show(await asker.ask("GET", path));
  trouble.textContent = "";
}
