// The curve of feelings over a conversation, kept for this tab.

import { shape } from "/static/face.js";

const CURVES = 3;
const MOST_POINTS = 240;
const WIDTH = 300;
const HEIGHT = 110;
const EDGE = 8;
const STILL = 0.004; // a smaller change is no new point
const LEFT = 22;

const at = (id) => document.getElementById(id);
let points = [];
let place = "";

/** Begin with the curve that this tab has seen of this agent, and this person, before. */
export function begin(agent, person) {
  place = `feelings:${agent}:${person}`;
  try {
    points = JSON.parse(sessionStorage.getItem(place) ?? "[]");
  } catch {
    points = [];
  }
}

/** One more moment. */
export function add(feeling) {
  const point = { mood: feeling.mood.pleasure, emotions: feeling.emotions };
  if (differs(points.at(-1), point)) {
    points = [...points, point].slice(-MOST_POINTS);
    sessionStorage.setItem(place, JSON.stringify(points));
  }
  draw();
}

function differs(before, now) {
  if (!before) return true;
  const moved = Object.entries(now.emotions).map(([name, level]) => Math.abs(level - (before.emotions[name] ?? 0)));
  return Math.max(Math.abs(now.mood - before.mood), ...moved) > STILL;
}

/** The emotions that have moved most, strongest first. */
function liveliest() {
  const range = {};
  for (const { emotions } of points) {
    for (const [name, level] of Object.entries(emotions)) {
      const [least, most] = range[name] ?? [level, level];
      range[name] = [Math.min(least, level), Math.max(most, level)];
    }
  }
  return Object.entries(range)
    .map(([name, [least, most]]) => [name, 2 * (most - least) + most])
    .sort((a, b) => b[1] - a[1]).slice(0, CURVES).map(([name]) => name);
}

const x = (index) => LEFT + ((WIDTH - LEFT - EDGE) * index) / Math.max(1, points.length - 1);
let least = 0; // of the levels drawn; the curve shows what is below nought only where there is any
const y = (level) => EDGE + ((HEIGHT - 2 * EDGE) * (1 - level)) / (1 - least);

function curve(levels, number) {
  const places = levels.map((level, index) => `${x(index).toFixed(1)},${y(level).toFixed(1)}`);
  const last = levels.length - 1;
  return [
    shape("polyline", { points: places.join(" "), class: `curve c${number}` }),
    shape("circle", { cx: x(last), cy: y(levels[last]), r: 3.2, class: `dot c${number}` }),
  ];
}

function key(name, number) {
  const item = document.createElement("li");
  const mark = shape("svg", { viewBox: "0 0 12 12", "aria-hidden": "true" });
  mark.append(shape("circle", { cx: 6, cy: 6, r: 5, class: `dot c${number}` }));
  item.append(mark, name);
  return item;
}

function draw() {
  const svg = at("plot");
  const curves = [
    ["mood", points.map((point) => point.mood)],
    ...liveliest().map((name) => [name.replaceAll("_", " "), points.map((point) => point.emotions[name] ?? 0)]),
  ];
  least = Math.max(-1, Math.min(0, ...points.map((point) => point.mood)) * 1.15);
  const zero = shape("line", { x1: LEFT, x2: WIDTH, y1: y(0), y2: y(0), class: "zero" });
  const marks = [1, 0, ...(least < -0.15 ? [least] : [])].map((level) => {
    const mark = shape("text", { x: 0, y: y(level) + 3, class: "scale" });
    mark.textContent = level < 0 ? level.toFixed(1).replace("-", "−") : String(level);
    return mark;
  });
  svg.replaceChildren(svg.querySelector("title"), zero, ...curves.flatMap(([, levels], number) => curve(levels, number)), ...marks);
  svg.dataset.points = String(points.length);
  at("legend").replaceChildren(...curves.map(([name], number) => key(name, number)));
}
