// The conversation: what was said, and what is being said. One stream at a time follows the oldest
// message that still waits: a browser has few connections, and a reply may answer several.

import { ask, follow, insist } from "/static/api.js";
import { awaited, before, clear, foot, grow, mine, note, remark, speak, theirs } from "/static/lines.js";

const PAGE = 60;
let talk = null; // the conversation that is open

function unique() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function page(agent, cut) {
  const older = cut ? `&before=${encodeURIComponent(cut)}` : "";
  return await ask("GET", `/v1/messages/conversation?limit=${PAGE}&agent=${encodeURIComponent(agent)}${older}`);
}

/** Open the conversation with an agent; `after` is called with every outcome. */
export async function open(agent, name, welcome, after) {
  talk?.ended.abort();
  const now = { agent, name, after, ended: new AbortController(), waiting: [], spoken: new Set(), sending: Promise.resolve(), bubble: null, busy: false };
  talk = now;
  const { messages, before: cut } = await page(agent);
  if (talk !== now) return;
  clear();
  if (!messages.length) welcome();
  draw(messages);
  if (cut) earlier(cut);
  answer();
}

/** Show lines that were said before, and follow those that still wait. */
function draw(messages) {
  for (const line of messages) {
    if (line.from_agent) theirs(line.message, line.timestamp, line.expression, line.id);
    else {
      const said = mine(line.message, line.timestamp);
      if (line.status === "failed") failed({ job: line.job_id, said }, "the reply could not be made");
      else if (line.status === "queued" || line.status === "running") talk.waiting.push({ job: line.job_id, said });
    }
  }
}

function earlier(cut) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "earlier";
  button.textContent = "Show what was said earlier";
  const now = talk;
  button.addEventListener("click", async () => {
    const { messages, before: more } = await page(now.agent, cut);
    if (talk !== now) return;
    button.remove();
    before(() => draw(messages));
    if (more) earlier(more);
  });
  document.getElementById("lines").prepend(button);
}

/** Say something. It is sent after what was said before it, until it has arrived. */
export function say(text) {
  const now = talk;
  document.querySelector(".welcome")?.remove();
  const said = mine(text, Date.now());
  const key = unique();
  const sent = now.sending.then(() => submit(now, said, text, key));
  now.sending = sent.catch(() => {});
  return sent;
}

async function submit(now, said, text, key) {
  let arrived = () => {};
  const away = (error) => {
    arrived();
    arrived = note(said, `not sent yet: ${error.message}; still trying`);
  };
  try {
    const form = { message: text, type: "dm", agent: now.agent };
    const { job_id: job } = await insist("POST", "/v1/messages/submit", form, { "Idempotency-Key": key }, away);
    arrived();
    if (talk !== now) return;
    now.waiting.push({ job, said });
    answer();
  } catch (error) {
    arrived();
    note(said, `not sent: ${error.message}.`, "Try again", () => submit(now, said, text, key).catch(() => {}));
    throw error;
  }
}

/** Follow what waits, oldest first. */
async function answer() {
  const now = talk;
  if (now.busy) return;
  now.busy = true;
  while (now.waiting.length && !now.ended.signal.aborted) {
    const [next] = now.waiting;
    now.bubble ??= { element: awaited(now.name), epoch: "", chunks: [] };
    await hear(now, next);
    now.bubble?.element.remove(); // a job that is no longer there has no outcome
    now.bubble = null;
    now.waiting.shift();
  }
  now.busy = false;
}

/** Follow a job: its text grows in one bubble, shared by all messages that the reply answers. */
async function hear(now, { job, said }) {
  await follow(`/v1/jobs/${encodeURIComponent(job)}/events`, ({ id, event, data }) => {
    const [epoch, number] = id.split(".");
    if (event === "text" && !now.spoken.has(epoch)) {
      // A new run of the same turn begins the text anew.
      if (now.bubble.epoch !== epoch) Object.assign(now.bubble, { epoch, chunks: [] });
      now.bubble.chunks[Number(number)] = data.text;
      grow(now.bubble.element, now.bubble.chunks.join("").trimStart());
    } else if (event === "done") {
      done(now, { job, said }, epoch, data);
      return true;
    }
    return false;
  }, now.ended.signal);
}

function done(now, asked, epoch, { status, error, result }) {
  const { element } = now.bubble;
  now.bubble = null;
  if (status === "succeeded" && result.response && !now.spoken.has(epoch)) {
    speak(element, result.response, Date.now(), result.expression, result.message_id);
    document.getElementById("spoken").textContent = `${now.name}: ${result.response}`;
  } else {
    element.remove();
    if (status === "failed") failed(asked, error.message);
    else if (result.silent) foot(asked.said).append(remark(`${now.name} says nothing`, "silent"));
  }
  now.spoken.add(epoch);
  now.after();
}

function failed({ job, said }, message) {
  const now = talk;
  note(said, `${message}.`, "Try again", async () => {
    try {
      await ask("POST", `/v1/jobs/${encodeURIComponent(job)}/retry`);
    } catch (error) {
      if (error.status !== 409) { // 409: it has been tried again elsewhere
        failed({ job, said }, error.message);
        return;
      }
    }
    now.waiting.push({ job, said });
    answer();
  });
}
