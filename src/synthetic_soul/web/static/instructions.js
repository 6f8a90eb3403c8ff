// @ts-check
// What a character's author tells a model; the operator decides whether that is applied.

import { ServerError } from "./api/http.js";
import { byId, el } from "./dom.js";
import { STRINGS } from "./strings.js";

/** @typedef {import("./api/session.js").Asker} Asker */
/** @typedef {{ instructions: string[], applied: boolean, digest: string }} Instructions */

const REPLACED = "soul_replaced"; // the code of an answer

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
  const show = ({ instructions, applied, digest }) => {
    const texts = instructions.map((text) => el("blockquote", {}, text));
    byId("instruction-texts").replaceChildren(...texts);
    box.checked = applied;
    box.disabled = false;
    box.onchange = () => decide(digest);
    byId("instructions").hidden = !instructions.length;
  };

  /**
   * Consent, or no longer, to what is shown. One decision at a time: two might change places.
   * @param {string} digest of the soul whose instructions are shown
   */
  const decide = async (digest) => {
    const applied = box.checked;
    box.disabled = true;
    trouble.textContent = "";
    try {
      show(await asker.ask("PUT", path, { applied, digest }));
    } catch (error) {
      trouble.textContent = STRINGS.reason(/** @type {Error} */ (error));
      box.checked = !applied;
      box.disabled = false;
      if (error instanceof ServerError && error.code === REPLACED) {
        const now = await asker.ask("GET", path).catch(() => null);
        if (now) show(now);
      }
    }
    if (document.activeElement === document.body) box.focus(); // it lost that when it was disabled
  };

  show(await asker.ask("GET", path));
  trouble.textContent = "";
}
