// @ts-check
// What a character's author tells a model; the operator decides whether that is applied.

import { byId, el } from "./dom.js";
import { STRINGS } from "./strings.js";

/** @typedef {import("./api/session.js").Session} Session */
/** @typedef {{ instructions: string[], applied: boolean }} Instructions */

/**
 * Show the instructions of an agent's author, with a switch; nothing where there are none.
 * @param {Session} session
 * @param {string} agentPath path of the agent in the API; empty for whoever is no operator
 */
export async function showInstructions(session, agentPath) {
  const section = byId("instructions");
  const box = byId("apply-instructions", HTMLInputElement);
  const path = `${agentPath}/instructions`;
  section.hidden = true;
  if (!agentPath) return;
  /** @type {Instructions} */
  const { instructions, applied } = await session.ask("GET", path);
  byId("instruction-texts").replaceChildren(
    ...instructions.map((text) => el("blockquote", {}, text)),
  );
  box.checked = applied;
  byId("instructions-trouble").textContent = "";
  box.onchange = async () => {
    try {
      await session.ask("PUT", path, { applied: box.checked });
      byId("instructions-trouble").textContent = "";
    } catch (error) {
      box.checked = !box.checked;
      const reason = STRINGS.reason(/** @type {Error} */ (error));
      byId("instructions-trouble").textContent = reason;
    }
  };
  section.hidden = !instructions.length;
}
