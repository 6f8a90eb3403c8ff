// @ts-check
// The page's story: enter, choose an agent, talk, watch.

import { AccountDialog } from "./account.js";
import { Replaced, Session } from "./api/session.js";
import { followEvents } from "./api/sse.js";
import { Conversation } from "./conversation.js";
import { button, byId, el, showBanner } from "./dom.js";
import { Feelings } from "./feelings.js";
import { hideInstructions, showInstructions } from "./instructions.js";
import { MemoryPanel } from "./memory/panel.js";
import { STRINGS } from "./strings.js";
import { remark, Transcript } from "./transcript.js";
import { makeWhyButton } from "./why.js";

/** @typedef {import("./account.js").User} User */
/** @typedef {import("./api/session.js").Asker} Asker */
/** @typedef {{ relationship: string, messages: number }} Standing towards the user */
/**
 * @typedef {object} Agent
 * @property {string} id
 * @property {string} name
 * @property {string} occupation
 * @property {string} background
 * @property {number} openings how many ways it has to begin a conversation
 * @property {string | null} avatar path of its picture, null if it brings none
 * @property {string} voice "composer", or the model's name
 * @property {import("./feelings.js").Feeling} feeling
 * @property {Standing} standing
 */
/**
 * @typedef {object} Met an agent whose conversation with the user is open
 * @property {Agent} agent
 * @property {Conversation} conversation
 * @property {Asker} asker for what concerns the two: it ends when another meeting begins
 */

const DISCLOSURE_INTERVAL_MS = 3 * 60 * 60 * 1000;
const DISCLOSURE_CHECK_MS = 60_000;
const CHOSEN_KEY = "agent"; // the agent that this tab talks to
const HUE_SEED = 49; // gives the default agent the hue with which style.css begins

/**
 * Return a hue (0..359) that is always the same for an agent.
 * @param {string} agentId
 */
function hue(agentId) {
  const next = (/** @type {number} */ sum, /** @type {string} */ letter) =>
    (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360;
  return [...agentId].reduce(next, HUE_SEED);
}

/** @param {string} agentId */
const agentPath = (agentId) => `/v1/agents/${encodeURIComponent(agentId)}`;

class App {
  #session = new Session();
  #account = new AccountDialog(this.#session, () => this.#becomeOther());
  #feelings = new Feelings();
  #memory = new MemoryPanel();
  #transcript = new Transcript(byId("lines"), (bubble, id) =>
    makeWhyButton(this.#session, bubble, id),
  );
  #input = byId("message", HTMLTextAreaElement);
  #agents = byId("agents", HTMLSelectElement);
  #banner = byId("trouble");
  /** Aborted when the user turns to another agent, or is somebody else. */
  #meeting = new AbortController();
  /** The agent that the user turned to; null: the active one. @type {string | null} */
  #chosen = null;
  /** Null until the chosen agent's conversation is open. @type {Met | null} */
  #met = null;
  /** Whose session has ended, "" for a guest's; null once that was told. @type {string | null} */
  #ended = null;
  #watching = new AbortController();
  #disclosedAt = 0;

  async start() {
    byId("insecure").hidden = window.isSecureContext;
    try {
      await this.#session.enter();
      this.#ended = this.#session.takeEnded() || null;
      await this.#meet(await this.#listAgents());
      this.#listen();
      document.body.dataset.ready = "yes";
      this.#input.focus();
    } catch (error) {
      showBanner(this.#banner, STRINGS.reloadToTryAgain(/** @type {Error} */ (error)));
    }
  }

  /** List the agents; return the id of the one that this tab last talked to, or none. */
  async #listAgents() {
    /** @type {{ agents: Agent[] }} */
    const { agents } = await this.#session.ask("GET", "/v1/agents");
    this.#agents.replaceChildren(...agents.map(({ id, name }) => new Option(name, id)));
    const last = sessionStorage.getItem(CHOSEN_KEY);
    return agents.some(({ id }) => id === last) ? last : null;
  }

  /**
   * Open the conversation with an agent (the active one if none is named). This goes on only until
   * another meeting begins: an answer that comes later has nobody any more whom it concerns.
   * @param {string | null} id
   */
  async #meet(id) {
    this.#leave();
    this.#chosen = id;
    const { signal } = this.#meeting;
    const asker = this.#session.until(signal);
    const user = await this.#account.showUser(asker);
    /** @type {Agent} */
    const agent = await asker.ask("GET", id ? agentPath(id) : "/v1/agents/active");
    this.#chosen = agent.id;
    this.#showAgent(agent);
    this.#feelings.open(agent, user.user_id);
    this.#memory.meet(asker, agentPath(agent.id));
    this.#transcript.agent = agent;
    const conversation = new Conversation(agent, {
      session: this.#session,
      transcript: this.#transcript,
      spoken: byId("spoken"),
      onOutcome: () => this.#refresh(agent, asker).catch(() => {}),
      closed: signal,
    });
    await conversation.open(() => this.#welcome(agent));
    this.#met = { agent, conversation, asker };
    this.#tellEnded(user);
    this.#watch();
    if (user.operator) await showInstructions(asker, agentPath(agent.id));
    await this.#refresh(agent, asker);
  }

  /** End what is done for the agent that is met, and take away what it and the user share. */
  #leave() {
    this.#memory.leave();
    this.#meeting.abort();
    this.#meeting = new AbortController();
    this.#watching.abort();
    this.#met = null;
    this.#transcript.clear();
    for (const id of ["spoken", "standing", "thought"]) byId(id).textContent = "";
    hideInstructions();
    byId("away").hidden = true;
    showBanner(this.#banner, "");
  }

  /** @param {Agent} agent */
  #showAgent({ id, name, occupation, voice }) {
    document.title = name;
    document.documentElement.style.setProperty("--hue", String(hue(id)));
    for (const element of document.querySelectorAll(".agent-name")) element.textContent = name;
    byId("occupation").textContent = occupation;
    byId("voice").textContent =
      voice === "composer" ? STRINGS.composerVoice : STRINGS.modelVoice(voice);
    this.#agents.value = id;
    this.#input.placeholder = STRINGS.placeholder(name);
    byId("disclosure").textContent = this.#disclose(name);
    byId("thought").textContent = STRINGS.noThought;
  }

  /**
   * Return the sentence that says what the user talks to, and note when it was shown.
   * @param {string} name
   */
  #disclose(name) {
    this.#disclosedAt = Date.now();
    return STRINGS.disclosure(name);
  }

  /** @param {Agent} agent */
  #welcome({ background }) {
    const openings = STRINGS.openings.map((text) =>
      button(text, () => {
        this.#say(text);
        this.#input.focus();
      }),
    );
    const choice = el("div", { className: "openings" }, ...openings);
    this.#transcript.add(el("div", { className: "welcome" }, el("p", {}, background), choice));
  }

  /**
   * Show what changes with every reply: the relationship and the memories.
   * @param {Agent} agent
   * @param {Asker} asker
   */
  async #refresh(agent, asker) {
    const path = agentPath(agent.id);
    /** @type {Agent} */
    const { standing } = await asker.ask("GET", path);
    byId("standing").textContent = STRINGS.standing(standing.relationship, standing.messages);
    agent.standing = standing;
    await this.#memory.refresh();
  }

  /**
   * Show the last thought, once there can be one.
   * @param {Agent} agent
   * @param {Asker} asker
   */
  async #showThought(agent, asker) {
    if (!agent.standing.messages) return;
    const path = `/v1/thoughts/latest?agent=${encodeURIComponent(agent.id)}`;
    /** @type {{ thought: string } | null} */
    const latest = await asker.ask("GET", path).catch(() => null);
    if (latest) byId("thought").textContent = latest.thought;
  }

  /** Show feelings as they change, while somebody looks: each tab has few connections. */
  #watch() {
    this.#watching.abort();
    if (document.hidden || !this.#met) return;
    this.#watching = new AbortController();
    const { agent, asker } = this.#met;
    /** @param {{ data: import("./feelings.js").Feeling }} event */
    const take = ({ data }) => {
      this.#feelings.show(data);
      this.#showThought(agent, asker);
      return false;
    };
    const path = `${agentPath(agent.id)}/live`;
    followEvents(this.#session, path, take, this.#watching.signal, (reachable) => {
      byId("away").hidden = reachable;
    });
  }

  /**
   * Say something to the agent that is met; before it is met, nothing is said to anybody.
   * @param {string} text
   */
  async #say(text) {
    if (!this.#met) {
      this.#putBack(text);
      return;
    }
    const { agent, conversation } = this.#met;
    showBanner(this.#banner, "");
    agent.standing.messages += 1;
    try {
      await conversation.say(text);
    } catch (error) {
      if (error instanceof Replaced) this.#putBack(text);
    }
  }

  /**
   * Put what could not be sent back to what is being written.
   * @param {string} text
   */
  #putBack(text) {
    this.#input.value = [this.#input.value, text].filter(Boolean).join("\n");
    this.#input.dispatchEvent(new Event("input"));
  }

  #listen() {
    this.#listenToInput();
    this.#listenToInnerToggle();
    this.#account.listen();
    this.#memory.listen();
    this.#session.onReplaced = () => {
      const shown = byId("who").textContent ?? "";
      this.#ended = shown === STRINGS.guest ? "" : shown;
      this.#session.takeEnded();
      this.#meetOrTell(this.#chosen);
    };
    this.#agents.addEventListener("change", () => {
      sessionStorage.setItem(CHOSEN_KEY, this.#agents.value);
      this.#meetOrTell(this.#agents.value);
    });
    document.addEventListener("visibilitychange", () => this.#watch());
    setInterval(() => {
      if (this.#met && Date.now() - this.#disclosedAt > DISCLOSURE_INTERVAL_MS) {
        this.#transcript.add(remark(this.#disclose(this.#met.agent.name), "day"));
      }
    }, DISCLOSURE_CHECK_MS);
  }

  #listenToInput() {
    const input = this.#input;
    const form = byId("say", HTMLFormElement);
    const fit = () => {
      input.style.height = "auto";
      input.style.height = `${input.scrollHeight + 2}px`;
    };
    input.addEventListener("input", fit);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = input.value;
      input.focus();
      if (!text.trim()) return;
      input.value = "";
      fit();
      this.#say(text);
    });
  }

  /** On a small screen the inner life takes the conversation's place. */
  #listenToInnerToggle() {
    const toggle = byId("open-inner");
    const toggleInner = (/** @type {boolean} */ open) => {
      document.body.classList.toggle("inner", open);
      toggle.setAttribute("aria-expanded", String(open));
      toggle.textContent = open ? STRINGS.talk : STRINGS.innerLife;
    };
    toggle.addEventListener("click", () => {
      toggleInner(!document.body.classList.contains("inner"));
    });
    document.addEventListener("keydown", (event) => {
      const isInDialog = this.#account.isOpen || this.#memory.isOpen;
      if (event.key === "Escape" && !isInDialog) toggleInner(false);
    });
  }

  /** Meet the same agent as somebody else. */
  async #becomeOther() {
    this.#ended = null;
    await this.#meetOrTell(this.#chosen);
  }

  /**
   * Open the conversation with an agent; show why it failed, with a way to try again.
   * @param {string | null} id
   */
  async #meetOrTell(id) {
    try {
      await this.#meet(id);
    } catch (error) {
      showBanner(this.#banner, STRINGS.reason(/** @type {Error} */ (error)));
      this.#banner.append(
        " ",
        button(STRINGS.tryAgain, () => this.#meetOrTell(id)),
      );
    }
  }

  /**
   * Tell that somebody else is here now, if a session has ended.
   * @param {User} user who is here now
   */
  #tellEnded({ guest, username }) {
    const member = this.#ended;
    this.#ended = null;
    if (member === null) return;
    if (!guest) showBanner(this.#banner, STRINGS.someoneElse(username));
    else if (!member) showBanner(this.#banner, STRINGS.guestEnded);
    else {
      showBanner(this.#banner, STRINGS.sessionEnded(member));
      this.#banner.append(button(STRINGS.signIn, () => this.#account.openSignIn()));
    }
  }
}

new App().start();
