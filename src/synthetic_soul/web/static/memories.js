// What the agent remembers of whoever is here, each with a way to have it forgotten.

import { ask } from "/static/api.js";

const LABELS = {
  age: "your age", allergy: "you are allergic to", birthday: "your birthday", dislike: "you don't like",
  experience: "you have", hobby: "you enjoy", home: "you live in", language: "you speak", like: "you like",
  name: "your name", origin: "you come from", plan: "your plans", possession: "you have",
  study: "you study", work: "your work",
};
const OF_A_KIND = { favourite: "your favourite", person: "your", pet: "your" };

/** What a fact is about, in words. */
export function label(topic) {
  const [root, kind] = topic.split(":");
  if (kind && OF_A_KIND[root]) return `${OF_A_KIND[root]} ${kind}`;
  return LABELS[root] ?? topic.replaceAll(":", ", ").replaceAll("_", " ");
}

const path = (agent) => `/v1/agents/${encodeURIComponent(agent)}/memories`;

function row(agent, fact, changed) {
  const item = document.createElement("li");
  const words = document.createElement("span");
  const about = document.createElement("small");
  about.textContent = label(fact.topic);
  words.append(about, fact.value);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = "forget";
  button.setAttribute("aria-label", `forget ${about.textContent}: ${fact.value}`);
  button.addEventListener("click", async () => {
    button.disabled = true;
    await ask("DELETE", `${path(agent)}/${encodeURIComponent(fact.id)}`).catch((error) => {
      if (error.status !== 404) button.disabled = false;
    });
    await changed();
  });
  item.append(words, button);
  return item;
}

/** Fill the list; `changed` is called when something has been forgotten. */
export async function remember(list, agent, changed) {
  const { memories } = await ask("GET", path(agent));
  list.replaceChildren(...memories.map((fact) => row(agent, fact, changed)));
}
