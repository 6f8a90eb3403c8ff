// How the agent feels now: faces, words, bars.

import { face } from "/static/face.js";
import { add } from "/static/plot.js";

const BARS = 7;
const LEAST = 0.02;
const at = (id) => document.getElementById(id);
const rows = new Map(); // by emotion; kept, so that a bar moves from where it was

/** Show a feeling: face, words, bars, and one more point of the curve. */
export function show(feeling, whose) {
  for (const svg of [at("face"), at("small-face")]) face(svg, feeling.expression, whose);
  for (const element of document.querySelectorAll(".feeling")) element.textContent = feeling.feeling;
  at("mood").textContent = feeling.mood_word;
  // Warm where the mood is pleasant, cold where it is not; brighter where it is aroused.
  const { pleasure, arousal } = feeling.mood;
  document.documentElement.style.setProperty("--glow", `hsl(${Math.round(pleasure >= 0 ? 30 + 20 * pleasure : 225 - 15 * pleasure)} ${Math.round(55 + 40 * Math.abs(pleasure))}% ${Math.round(62 + 10 * arousal)}%)`);
  bars(feeling.emotions);
  add(feeling);
}

function row(name) {
  const item = document.createElement("li");
  const label = document.createElement("span");
  label.textContent = name.replaceAll("_", " ");
  const meter = document.createElement("span");
  meter.className = "meter";
  meter.setAttribute("role", "meter");
  meter.setAttribute("aria-valuemin", "0");
  meter.setAttribute("aria-valuemax", "100");
  meter.setAttribute("aria-label", label.textContent);
  meter.append(document.createElement("span"));
  item.append(label, meter);
  item.dataset.emotion = name;
  return item;
}

function bars(emotions) {
  const strongest = Object.entries(emotions).filter(([, level]) => level >= LEAST).sort((a, b) => b[1] - a[1]).slice(0, BARS);
  const kept = new Set(strongest.map(([name]) => name));
  for (const [name, item] of rows) {
    if (kept.has(name)) continue;
    item.remove();
    rows.delete(name);
  }
  strongest.forEach(([name, level], place) => {
    if (!rows.has(name)) {
      rows.set(name, row(name));
      at("emotions").append(rows.get(name));
    }
    const item = rows.get(name);
    const meter = item.lastChild;
    item.style.order = String(place);
    meter.setAttribute("aria-valuenow", String(Math.round(level * 100)));
    meter.firstChild.style.width = `${(level * 100).toFixed(1)}%`;
  });
}
