// The page's story: come in, choose whom to talk to, talk, watch.

import { open as openAccount, prepare as prepareAccount, whoami } from "/static/account.js";
import { ask, ended, enter, follow, whenOther } from "/static/api.js";
import { open, say } from "/static/chat.js";
import { show } from "/static/feelings.js";
import { remark } from "/static/lines.js";
import { remember } from "/static/memories.js";
import { begin } from "/static/plot.js";

const DISCLOSURE_EVERY = 3 * 60 * 60 * 1000;
const OPENINGS = ["Hello!", "How are you feeling today?", "Tell me about yourself."];
const CHOSEN = "agent"; // whom this tab talks to

const at = (id) => document.getElementById(id);
let agent = null;
let watching = null;
let disclosed = 0;

function trouble(message) {
  at("trouble").hidden = !message;
  at("trouble").textContent = message;
}

function disclose() {
  disclosed = Date.now();
  return `${agent.name} is an AI, not a human being. What you write is kept on this server until you erase it.`;
}

/** What changes with every reply: standing and memories. */
async function refresh() {
  const here = agent;
  const { standing } = await ask("GET", `/v1/agents/${encodeURIComponent(here.id)}`);
  if (here !== agent) return;
  at("standing").textContent = `${standing.relationship}, ${standing.messages} ${standing.messages === 1 ? "message" : "messages"}`;
  agent.messages = standing.messages;
  await remember(at("memories"), here.id, refresh);
}

/** The last thought, once there can be one. */
async function think() {
  const here = agent;
  if (!here.messages) return;
  const found = await ask("GET", `/v1/thoughts/latest?agent=${encodeURIComponent(here.id)}`).catch(() => null);
  if (found && here === agent) at("thought").textContent = found.thought;
}

/** Feelings as they change, while somebody looks: each tab has few connections. */
function watch() {
  watching?.abort();
  if (document.hidden || !agent) return;
  watching = new AbortController();
  const here = agent;
  follow(`/v1/agents/${encodeURIComponent(here.id)}/live`, ({ data }) => {
    if (here !== agent) return true;
    show(data, here.name);
    think();
    return false;
  }, watching.signal, (reached) => { at("away").hidden = reached; });
}

function welcome() {
  const element = document.createElement("div");
  element.className = "welcome";
  const about = document.createElement("p");
  about.textContent = agent.background;
  const openings = document.createElement("div");
  openings.className = "openings";
  openings.append(...OPENINGS.map((text) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", () => {
      send(text);
      at("message").focus();
    });
    return button;
  }));
  element.append(about, openings);
  at("lines").append(element);
}

/** A hue of the agent's own. */
function hue(id) {
  return id === "jasmine" ? 342 : [...id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
}

/** Open the conversation with an agent (the active one if none is named). */
async function meet(id) {
  watching?.abort();
  const me = await whoami();
  agent = await ask("GET", id ? `/v1/agents/${encodeURIComponent(id)}` : "/v1/agents/active");
  agent.messages = agent.standing.messages;
  document.title = agent.name;
  document.documentElement.style.setProperty("--hue", String(hue(agent.id)));
  for (const element of document.querySelectorAll(".agent-name")) element.textContent = agent.name;
  at("occupation").textContent = agent.occupation;
  at("voice").textContent = agent.voice === "composer" ? "speaks without a model" : `speaks through ${agent.voice}`;
  at("agents").value = agent.id;
  at("message").placeholder = `Write to ${agent.name}`;
  at("disclosure").textContent = disclose();
  at("thought").textContent = "No thought yet; they come when it is quiet.";
  begin(agent.id, me.user_id);
  show(agent.feeling, agent.name);
  await open(agent.id, agent.name, welcome, () => { refresh().catch(() => {}); });
  await refresh();
  watch();
}

/** The list of agents, and the one this tab last talked to. */
async function list() {
  const { agents } = await ask("GET", "/v1/agents");
  at("agents").replaceChildren(...agents.map((each) => new Option(each.name, each.id)));
  const last = sessionStorage.getItem(CHOSEN);
  return agents.some((each) => each.id === last) ? last : null;
}

async function send(text) {
  trouble("");
  agent.messages += 1;
  try {
    await say(text);
  } catch (error) {
    if (error.status === 401 && !at("message").value) at("message").value = text;
  }
}

function prepareForm() {
  const message = at("message");
  const fit = () => {
    message.style.height = "auto";
    message.style.height = `${message.scrollHeight + 2}px`;
  };
  message.addEventListener("input", fit);
  message.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      at("say").requestSubmit();
    }
  });
  at("say").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = message.value;
    message.focus();
    if (!text.trim()) return;
    message.value = "";
    fit();
    send(text);
  });
}

/** On a small screen the inner life takes the conversation's place. */
function prepareInner() {
  const button = at("open-inner");
  const turn = (open) => {
    document.body.classList.toggle("inner", open);
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Talk" : "Inner life";
  };
  button.addEventListener("click", () => turn(!document.body.classList.contains("inner")));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !at("account").open) turn(false);
  });
}

/** Tell whose session has ended. */
function tellEnded(member) {
  if (!member) return;
  if (at("who").textContent !== "Guest") {
    trouble(`You are ${at("who").textContent} now, as in another tab.`);
    return;
  }
  trouble(`The session of ${member} has ended; you are a guest now. `);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Sign in";
  button.addEventListener("click", async () => {
    await openAccount();
    at("returning").open = true;
  });
  at("trouble").append(button);
}

function prepare() {
  prepareForm();
  prepareInner();
  prepareAccount(() => {
    trouble("");
    return meet(agent.id);
  });
  whenOther((before) => {
    ended();
    meet(agent.id).then(() => tellEnded(before)).catch((error) => trouble(`${error.message}.`));
  });
  at("agents").addEventListener("change", async () => {
    sessionStorage.setItem(CHOSEN, at("agents").value);
    await meet(at("agents").value).catch((error) => trouble(`${error.message}.`));
  });
  document.addEventListener("visibilitychange", watch);
  setInterval(() => {
    if (Date.now() - disclosed > DISCLOSURE_EVERY) at("lines").append(remark(disclose(), "day"));
  }, 60_000);
}

async function main() {
  try {
    await enter();
    await meet(await list());
    prepare();
    tellEnded(ended());
    document.body.dataset.ready = "yes";
    at("message").focus();
  } catch (error) {
    trouble(`${error.message}. Reload the page to try again.`);
  }
}

main();
