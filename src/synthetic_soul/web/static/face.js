// @ts-check
// A face: the picture that a character brings, else one drawn from a few numbers, one row of them
// for each expression.

import { ROOT } from "./api/http.js";
import { svg } from "./dom.js";
import { STRINGS } from "./strings.js";

const MORPH_MS = 350; // from one expression to the next
const REDUCED_MOTION = matchMedia("(prefers-reduced-motion: reduce)");
const DARK = "#33202a";
// mouth: -1 sad .. 1 smile; open: 0..1; brow: -1 frown .. 1 raised; tilt: worried 1, angry -1;
// eyes: 0 closed .. 1 wide; look: -1 left .. 1 right; blush, tear, wink: 0..1
/** @typedef {"mouth" | "open" | "brow" | "tilt" | "eyes" | "look" | "blush" | "tear" | "wink"} Feature */
/** @typedef {Record<Feature, number>} Features */
// The server draws pictures from the same file. Importing JSON is too new for many browsers.
/** @type {{ rest: Features, expressions: Record<string, Partial<Features>> }} */
const FACES = await (await fetch(new URL("faces.json", import.meta.url))).json();

/**
 * @param {string} expression one of the thirty names
 * @returns {Features}
 */
const features = (expression) => ({
  ...FACES.rest,
  ...(FACES.expressions[expression] ?? FACES.expressions.neutral_listening),
});

/**
 * @param {number} x
 * @param {number} side -1 left, 1 right
 * @param {Features} f
 */
function eye(x, side, f) {
  const open = side > 0 ? f.eyes * (1 - f.wink) : f.eyes;
  const line = { stroke: DARK, "stroke-width": 3.2, fill: "none", "stroke-linecap": "round" };
  const lift = 34 - 5 * f.brow;
  const slope = 4 * f.tilt * side;
  const brow = svg("path", {
    d: `M${x - 8} ${lift - slope} Q${x} ${lift - 3} ${x + 8} ${lift + slope}`,
    ...line,
  });
  if (open < 0.2) return [brow, svg("path", { d: `M${x - 7} 48 Q${x} 54 ${x + 7} 48`, ...line })];
  const pupil = x + 4 * f.look;
  return [
    brow,
    svg("ellipse", { cx: pupil, cy: 49, rx: 5.2, ry: 2 + 6 * open, fill: DARK }),
    svg("circle", { cx: pupil + 1.8, cy: 47.5 - 2 * open, r: 1.7, fill: "#fff" }),
  ];
}

/** @param {Features} f */
function mouth(f) {
  const bend = 12 * f.mouth;
  const half = 11 + 3 * Math.abs(f.mouth);
  const from = 70 - bend / 3;
  return svg("path", {
    d: `M${50 - half} ${from} Q50 ${from + bend} ${50 + half} ${from} Q50 ${from + bend + 22 * f.open} ${50 - half} ${from} Z`,
    fill: f.open > 0.02 ? "#7a2740" : "none",
    stroke: DARK,
    "stroke-width": 3.2,
    "stroke-linejoin": "round",
  });
}

/**
 * @param {SVGElement} element
 * @param {Features} f
 */
function paint(element, f) {
  const cheek = { cy: 62, rx: 8, ry: 5.5, class: "blush", opacity: 0.75 * f.blush };
  element.replaceChildren(
    svg("circle", { cx: 50, cy: 50, r: 46, class: "orb" }),
    svg("ellipse", {
      cx: 37,
      cy: 22,
      rx: 18,
      ry: 9,
      class: "shine",
      transform: "rotate(-24 37 22)",
    }),
    ...[23, 77].map((cx) => svg("ellipse", { cx, ...cheek })),
    ...eye(34, -1, f),
    ...eye(66, 1, f),
    mouth(f),
    svg("path", { d: "M28 58 q-6 9 0 13 q6 -4 0 -13", class: "tear", opacity: f.tear }),
  );
}

/**
 * @param {Features} from
 * @param {Features} to
 * @param {number} part 0..1
 */
function between(from, to, part) {
  const mixed = { ...from };
  for (const key of /** @type {Feature[]} */ (Object.keys(FACES.rest))) {
    mixed[key] += (to[key] - from[key]) * part;
  }
  return mixed;
}

/**
 * Return the address of an agent's picture of an expression; empty if it brings none.
 * @param {{ avatar: string | null }} agent
 * @param {string} expression one of the thirty names
 */
export function pictureAddress({ avatar }, expression) {
  if (!avatar) return "";
  const url = new URL(`.${avatar}`, ROOT); // its query says which version of the pictures it is
  url.pathname = url.pathname.replace(/[^/]*$/, `${encodeURIComponent(expression)}.webp`);
  return url.href;
}

/**
 * Make a round picture. Of one that is higher than wide the upper part is shown: faces are there.
 * @param {string} address
 */
function picture(address) {
  const place = { x: 4, y: 4, width: 92, height: 92, preserveAspectRatio: "xMidYMin slice" };
  return svg("image", { href: address, class: "picture", ...place });
}

/** A face in an <svg>, which moves from one expression to the next. */
export class Face {
  #element;
  #address = "";
  /** @type {Features | null} */
  #now = null;
  #transition = 0;

  /** @param {SVGSVGElement} element */
  constructor(element) {
    this.#element = element;
  }

  /**
   * @param {string} expression one of the thirty names
   * @param {string} name whose face it is
   * @param {string} address of a picture; empty: the face is drawn
   */
  show(expression, name, address) {
    this.#element.setAttribute("aria-label", STRINGS.face(name, expression));
    this.#element.dataset.expression = expression;
    if (address && address === this.#address) return;
    this.#address = address;
    this.#transition += 1;
    if (address) this.#load(address, expression, this.#transition);
    else this.#draw(expression);
  }

  /** @param {string} expression */
  #draw(expression) {
    if (this.#now === null || REDUCED_MOTION.matches) this.#paint(features(expression));
    else this.#move(this.#now, features(expression), this.#transition);
  }

  /**
   * Show a picture once it has come; until then what is there stays.
   * @param {string} address
   * @param {string} expression drawn if there is no such picture
   * @param {number} transition a later one ends this one
   */
  async #load(address, expression, transition) {
    const image = new Image();
    image.src = address;
    const comes = await image.decode().then(
      () => true,
      () => false,
    );
    if (this.#transition !== transition) return;
    if (comes) {
      this.#now = null;
      this.#element.replaceChildren(picture(address));
    } else {
      this.#address = "";
      this.#draw(expression);
    }
  }

  /** @param {Features} now */
  #paint(now) {
    this.#now = now;
    paint(this.#element, now);
  }

  /**
   * @param {Features} from
   * @param {Features} to
   * @param {number} transition a later one ends this one
   */
  #move(from, to, transition) {
    const start = performance.now();
    /** @param {number} time */
    const step = (time) => {
      if (this.#transition !== transition) return;
      const part = Math.min(1, Math.max(0, (time - start) / MORPH_MS));
      this.#paint(between(from, to, part * part * (3 - 2 * part)));
      if (part < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }
}

/**
 * Make a small face that stays as it is.
 * @param {string} expression
 * @param {string} address of a picture; empty: the face is drawn
 */
export function stillFace(expression, address) {
  const element = svg("svg", { viewBox: "0 0 100 100", "aria-hidden": "true", class: "face" });
  if (address) {
    const image = picture(address);
    image.addEventListener("error", () => paint(element, features(expression)));
    element.append(image);
  } else {
    paint(element, features(expression));
  }
  return element;
}
