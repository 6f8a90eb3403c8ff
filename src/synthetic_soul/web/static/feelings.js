// @ts-check
// How the agent feels now: faces, words, bars.

import { byId, el } from "./dom.js";
import { Face, pictureAddress } from "./face.js";
import { Plot } from "./plot.js";
import { spaced } from "./strings.js";

const MAX_BARS = 7;
const MIN_LEVEL = 0.02;

/**
 * @typedef {object} Feeling
 * @property {string} expression
 * @property {string} feeling in words
 * @property {string} mood_word
 * @property {{ pleasure: number, arousal: number }} mood -1..1
 * @property {Record<string, number>} emotions 0..1
 */

/**
 * Return a colour that is warm where the mood is pleasant, cold where it is not, and brighter
 * where it is aroused.
 * @param {Feeling["mood"]} mood
 */
function glow({ pleasure, arousal }) {
  const hue = Math.round(pleasure >= 0 ? 30 + 20 * pleasure : 225 - 15 * pleasure);
  const saturation = Math.round(55 + 40 * Math.abs(pleasure));
  return `hsl(${hue} ${saturation}% ${Math.round(62 + 10 * arousal)}%)`;
}

/** The bar of one emotion. */
class Bar {
  #fill = el("span");
  #meter;

  /** @param {string} emotion */
  constructor(emotion) {
    const label = spaced(emotion);
    const range = { "aria-valuemin": 0, "aria-valuemax": 100, "aria-label": label };
    this.#meter = el("span", { className: "meter", role: "meter", ...range }, this.#fill);
    this.element = el("li", {}, el("span", {}, label), this.#meter);
    this.element.dataset.emotion = emotion;
  }

  /**
   * @param {number} level 0..1
   * @param {number} place from above
   */
  show(level, place) {
    this.element.style.order = String(place);
    this.#meter.setAttribute("aria-valuenow", String(Math.round(level * 100)));
    this.#fill.style.width = `${(level * 100).toFixed(1)}%`;
  }
}

export class Feelings {
  #faces = ["face", "small-face"].map((id) => new Face(byId(id, SVGSVGElement)));
  #plot = new Plot(byId("plot", SVGSVGElement), byId("legend"));
  /** By emotion; kept, so that a bar moves from where it was. @type {Map<string, Bar>} */
  #bars = new Map();
  /** @type {{ name: string, avatar: string | null }} */
  #agent = { name: "", avatar: null };

  /**
   * Show the feelings of an agent from now on, with the curve that this tab has seen before.
   * @param {{ id: string, name: string, avatar: string | null, feeling: Feeling }} agent
   * @param {string} userId
   */
  open(agent, userId) {
    this.#agent = agent;
    this.#plot.open(agent.id, userId);
    this.show(agent.feeling);
  }

  /** @param {Feeling} feeling */
  show(feeling) {
    const address = pictureAddress(this.#agent, feeling.expression);
    for (const face of this.#faces) face.show(feeling.expression, this.#agent.name, address);
    for (const element of document.querySelectorAll(".feeling")) {
      element.textContent = feeling.feeling;
    }
    byId("mood").textContent = feeling.mood_word;
    document.documentElement.style.setProperty("--glow", glow(feeling.mood));
    this.#showBars(feeling.emotions);
    this.#plot.add(feeling);
  }

  /** @param {Record<string, number>} emotions */
  #showBars(emotions) {
    const strongest = Object.entries(emotions)
      .filter(([, level]) => level >= MIN_LEVEL)
      .sort((a, b) => b[1] - a[1])
      .slice(0, MAX_BARS);
    const shown = new Set(strongest.map(([emotion]) => emotion));
    for (const [emotion, bar] of this.#bars) {
      if (shown.has(emotion)) continue;
      bar.element.remove();
      this.#bars.delete(emotion);
    }
    for (const [place, [emotion, level]] of strongest.entries()) {
      const bar = this.#bars.get(emotion) ?? this.#addBar(emotion);
      bar.show(level, place);
    }
  }

  /** @param {string} emotion */
  #addBar(emotion) {
    const bar = new Bar(emotion);
    this.#bars.set(emotion, bar);
    byId("emotions").append(bar.element);
    return bar;
  }
}
