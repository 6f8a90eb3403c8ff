// @ts-check
// The curve of feelings over a conversation, kept for this tab.

import { el, svg } from "./dom.js";
import { STRINGS, spaced } from "./strings.js";

const MAX_EMOTIONS = 3;
const MAX_POINTS = 240;
const WIDTH = 300;
const HEIGHT = 110;
const EDGE = 8;
const LEFT = 22;
const MIN_CHANGE = 0.004; // a smaller one is no new point
const MIN_SCALE_DEPTH = -0.15; // a shallower part below nought gets no mark
const HEADROOM = 1.15;

/** @typedef {{ mood: number, emotions: Record<string, number> }} Point */

/**
 * @param {Point | undefined} before
 * @param {Point} now
 */
function differs(before, now) {
  if (!before) return true;
  const changes = Object.entries(now.emotions).map(([name, level]) =>
    Math.abs(level - (before.emotions[name] ?? 0)),
  );
  return Math.max(Math.abs(now.mood - before.mood), ...changes) > MIN_CHANGE;
}

/**
 * Return the emotions that have moved most, liveliest first.
 * @param {Point[]} points
 */
function liveliest(points) {
  /** @type {Record<string, [least: number, most: number]>} */
  const ranges = {};
  for (const { emotions } of points) {
    for (const [name, level] of Object.entries(emotions)) {
      const [least, most] = ranges[name] ?? [level, level];
      ranges[name] = [Math.min(least, level), Math.max(most, level)];
    }
  }
  /** @type {(range: [least: number, most: number]) => number} */
  const liveliness = ([least, most]) => 2 * (most - least) + most;
  return Object.entries(ranges)
    .sort((a, b) => liveliness(b[1]) - liveliness(a[1]))
    .slice(0, MAX_EMOTIONS)
    .map(([name]) => name);
}

/**
 * @param {string} name
 * @param {number} number of the curve
 */
function legendItem(name, number) {
  const dot = svg("circle", { cx: 6, cy: 6, r: 5, class: `dot c${number}` });
  return el("li", {}, svg("svg", { viewBox: "0 0 12 12", "aria-hidden": "true" }, dot), name);
}

export class Plot {
  #element;
  #title;
  #legend;
  /** @type {Point[]} */
  #points = [];
  #storageKey = "";

  /**
   * @param {SVGSVGElement} element
   * @param {HTMLElement} legend
   */
  constructor(element, legend) {
    this.#element = element;
    this.#title = [...element.querySelectorAll("title")];
    this.#legend = legend;
  }

  /**
   * Begin with the curve that this tab has seen of this agent and this user before.
   * @param {string} agentId
   * @param {string} userId
   */
  open(agentId, userId) {
    this.#storageKey = `feelings:${agentId}:${userId}`;
    try {
      this.#points = JSON.parse(sessionStorage.getItem(this.#storageKey) ?? "[]");
    } catch {
      this.#points = [];
    }
  }

  /** @param {{ mood: { pleasure: number }, emotions: Record<string, number> }} feeling */
  add(feeling) {
    const point = { mood: feeling.mood.pleasure, emotions: feeling.emotions };
    if (differs(this.#points.at(-1), point)) {
      this.#points = [...this.#points, point].slice(-MAX_POINTS);
      sessionStorage.setItem(this.#storageKey, JSON.stringify(this.#points));
    }
    this.#draw();
  }

  #draw() {
    const moods = this.#points.map(({ mood }) => mood);
    // What is below nought is shown only where there is any.
    const least = Math.max(-1, Math.min(0, ...moods) * HEADROOM);
    const emotions = liveliest(this.#points);
    const levels = emotions.map((name) => this.#points.map((point) => point.emotions[name] ?? 0));
    this.#element.replaceChildren(
      ...this.#title,
      ...this.#scale(least),
      ...[moods, ...levels].flatMap((values, number) => this.#curve(values, number, least)),
    );
    this.#element.dataset.points = String(this.#points.length);
    const names = [STRINGS.mood, ...emotions.map(spaced)];
    this.#legend.replaceChildren(...names.map(legendItem));
  }

  /** @param {number} least the lowest level drawn */
  #scale(least) {
    const y = this.#y(0, least);
    const zero = svg("line", { x1: LEFT, x2: WIDTH, y1: y, y2: y, class: "zero" });
    const marks = [1, 0, ...(least < MIN_SCALE_DEPTH ? [least] : [])].map((level) => {
      const text = level < 0 ? level.toFixed(1).replace("-", "−") : String(level);
      return svg("text", { x: 0, y: this.#y(level, least) + 3, class: "scale" }, text);
    });
    return [zero, ...marks];
  }

  /**
   * @param {number[]} levels
   * @param {number} number of the curve
   * @param {number} least
   */
  #curve(levels, number, least) {
    const last = levels.length - 1;
    const points = levels
      .map((level, index) => `${this.#x(index).toFixed(1)},${this.#y(level, least).toFixed(1)}`)
      .join(" ");
    const end = { cx: this.#x(last), cy: this.#y(levels[last], least), r: 3.2 };
    return [
      svg("polyline", { points, class: `curve c${number}` }),
      svg("circle", { ...end, class: `dot c${number}` }),
    ];
  }

  /** @param {number} index */
  #x(index) {
    return LEFT + ((WIDTH - LEFT - EDGE) * index) / Math.max(1, this.#points.length - 1);
  }

  /**
   * @param {number} level
   * @param {number} least
   */
  #y(level, least) {
    return EDGE + ((HEIGHT - 2 * EDGE) * (1 - level)) / (1 - least);
  }
}
