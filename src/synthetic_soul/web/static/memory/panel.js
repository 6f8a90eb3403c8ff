// @ts-check
// The panel "Memory": what an agent knows of the user, and keeps of their talks.

import { byId, showBanner } from "../dom.js";
import { STRINGS } from "../strings.js";
import { Facts } from "./facts.js";
import { Forgetting } from "./forgetting.js";
import { Subjects } from "./subjects.js";
import { Timeline } from "./timeline.js";

/** @typedef {import("../api/session.js").Asker} Asker */
/** @typedef {import("./item.js").Context} Context */
/** @typedef {{ topics: import("./facts.js").Topic[], hidden_subjects: import("./subjects.js").Subject[] }} Profile */

const SEARCH_AFTER_MS = 250;
const TABS = ["facts", "timeline"];

export class MemoryPanel {
  #dialog = byId("memory", HTMLDialogElement);
  #banner = byId("memory-trouble");
  #search = byId("memory-search", HTMLInputElement);
  #spoken = byId("memory-spoken");
  #add = byId("remember", HTMLFormElement);
  #added = byId("memory-added", HTMLInputElement);
  #facts = new Facts(byId("memories"), byId("no-facts"));
  #timeline = new Timeline(byId("kept"), byId("no-kept"));
  #subjects = new Subjects();
  #forgetting = new Forgetting();
  /** @type {Context | null} */
  #context = null;
  #agentPath = "";
  /** Counts the profiles that were asked for: the newest answer counts. */
  #asked = 0;

  get isOpen() {
    return this.#dialog.open;
  }

  /** Make the panel and its buttons work. */
  listen() {
    for (const id of ["open-memory", "open-memory-inside"]) {
      byId(id).addEventListener("click", () => this.open());
    }
    byId("close-memory").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#forgetting.flush());
    window.addEventListener("pagehide", () => this.#forgetting.flush());
    this.#add.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#remember(this.#added.value.trim());
    });
    let timer = 0;
    this.#search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => this.#showAll(), SEARCH_AFTER_MS);
    });
    this.#listenToTabs();
  }

  #listenToTabs() {
    const tabs = TABS.map((name) => byId(`tab-${name}`));
    for (const [place, tab] of tabs.entries()) {
      tab.addEventListener("click", () => this.#choose(tab));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
        if (!step) return;
        const next = tabs[(place + step + tabs.length) % tabs.length];
        this.#choose(next);
        next.focus();
      });
    }
  }

  /** @param {HTMLElement} chosen */
  #choose(chosen) {
    for (const name of TABS) {
      const tab = byId(`tab-${name}`);
      const isChosen = tab === chosen;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      byId(`panel-${name}`).hidden = !isChosen;
    }
  }

  /**
   * Belong to an agent from now on.
   * @param {Asker} asker
   * @param {string} agentPath
   */
  meet(asker, agentPath) {
    this.#agentPath = agentPath;
    this.#context = {
      asker,
      path: `${agentPath}/memories`,
      forgetting: this.#forgetting,
      tell: (text) => {
        this.#spoken.textContent = text;
      },
      onTrouble: (error) => showBanner(this.#banner, STRINGS.reason(error)),
      onChanged: async () => {
        showBanner(this.#banner, "");
        await this.#showAll();
      },
    };
  }

  /** Take away what is shown of an agent and the user. */
  leave() {
    this.#forgetting.flush();
    this.#dialog.close();
    this.#context = null;
    this.#asked += 1;
    this.#facts.clear();
    this.#timeline.clear();
    this.#subjects.clear();
    this.#search.value = "";
    this.#add.reset();
    byId("memory-count").textContent = "";
    showBanner(this.#banner, "");
    this.#spoken.textContent = "";
  }

  async open() {
    showBanner(this.#banner, "");
    this.#dialog.showModal();
    await this.#showAll();
  }

  /** Show what the last reply has changed. */
  async refresh() {
    if (this.#dialog.open) await this.#showAll();
    else await this.#showProfile();
  }

  async #showAll() {
    await this.#showProfile();
    const context = this.#context;
    // What is being corrected, or can still be taken back, is not taken away.
    if (context && !this.#timeline.isBusy) {
      await this.#timeline.open(context, this.#search.value.trim());
    }
  }

  async #showProfile() {
    const context = this.#context;
    if (!context) return;
    this.#asked += 1;
    const asked = this.#asked;
    const search = this.#search.value.trim();
    const query = search ? `?${new URLSearchParams({ search })}` : "";
    /** @type {Profile} */
    const profile = await context.asker.ask("GET", `${this.#agentPath}/profile${query}`);
    if (asked !== this.#asked) return;
    const none = search ? STRINGS.nothingFound : STRINGS.noFacts;
    this.#facts.show(profile.topics, context, none);
    this.#subjects.show(
      profile.hidden_subjects,
      context,
      `${this.#agentPath}/profile/hidden_subjects`,
    );
    if (!search) {
      const count = profile.topics.reduce((sum, { facts }) => sum + facts.length, 0);
      byId("memory-count").textContent = STRINGS.knows(count);
    }
  }

  /** @param {string} text */
  async #remember(text) {
    const context = this.#context;
    if (!context || !text) return;
    // Where the note will stand. Chosen before it is kept: a late answer moves nobody.
    this.#choose(byId("tab-timeline"));
    try {
      await context.asker.ask("POST", context.path, { text });
    } catch (error) {
      context.onTrouble(/** @type {Error} */ (error));
      return;
    }
    if (this.#added.value.trim() === text) this.#add.reset();
    context.tell(STRINGS.remembersThat(text));
    await context.onChanged();
    byId("panel-timeline").scrollTop = 0;
  }
}
