// The server as this page sees it: who we are, requests, and streams that resume.

const RETRY_FIRST = 250;
const RETRY_LAST = 4000;
const MEMBER = "member"; // the username that was signed in here, to be told when that has ended

let token = "";
let name = "";
let renewing = null;
let tellOther = () => {};

export class Trouble extends Error {
  constructor(status, body) {
    super(body?.error?.message ?? `the server answered ${status}`);
    this.status = status;
    this.code = body?.error?.code ?? "";
  }
}

/** The server could not be reached. */
export class Away extends Error {
  constructor() {
    super("the server cannot be reached");
  }
}

function cookie(wanted) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${wanted}=`));
  return found ? decodeURIComponent(found.slice(wanted.length + 1)) : "";
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Away();
  }
}

async function send(verb, path, body, headers = {}) {
  const answer = await reach(path, {
    method: verb,
    headers: {
      Accept: "application/json",
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const parsed = await answer.json().catch(() => null);
  if (!answer.ok || parsed === null) throw new Trouble(answer.status, parsed);
  return parsed;
}

/** Take the tokens of a guest, login, claim or refresh. */
async function sign(path, body, headers) {
  const granted = await send("POST", path, body, headers);
  token = granted.access_token;
  name = granted.username;
  return granted;
}

async function renew() {
  try {
    const csrf = cookie("refresh_csrf");
    if (!csrf) throw new Trouble(401, null);
    return await sign("/v1/auth/refresh", undefined, { "X-CSRF-Token": csrf });
  } catch (error) {
    // Only a refusal ends a session; a server that is busy or away does not.
    if (![401, 403].includes(error.status)) throw error;
    token = "";
    return await sign("/v1/auth/guest");
  }
}

/** Come back as who we were, else as a new guest. Runs once even if several ask. */
export function enter() {
  const before = name;
  renewing ??= renew().then((granted) => {
    if (before && granted.username !== before) tellOther(before);
    return granted;
  }).finally(() => { renewing = null; });
  return renewing;
}

/** `tell` is called, with the old name, when a session has ended and we are somebody else now. */
export function whenOther(tell) {
  tellOther = tell;
}

/** A request; an expired token is renewed once, and nothing is said in another's name. */
export async function ask(verb, path, body, headers) {
  try {
    return await send(verb, path, body, headers);
  } catch (error) {
    if (error.status !== 401) throw error;
    const before = name;
    await enter();
    if (name !== before) throw error;
    return await send(verb, path, body, headers);
  }
}

/** The same until the server can be reached; only for what may be sent twice. */
export async function insist(verb, path, body, headers, away) {
  for (let wait = RETRY_FIRST; ; wait = Math.min(wait * 2, RETRY_LAST)) {
    try {
      return await ask(verb, path, body, headers);
    } catch (error) {
      if (!(error instanceof Away) && error.status !== 503) throw error;
      away(error);
      await pause(wait);
    }
  }
}

export async function login(form) {
  await sign("/v1/auth/login", form);
  localStorage.setItem(MEMBER, name);
}

export async function claim(form) {
  await sign("/v1/auth/claim", form);
  localStorage.setItem(MEMBER, name);
}

/** Forget who was signed in here, and become a new guest. */
async function begin() {
  localStorage.removeItem(MEMBER);
  token = "";
  name = "";
  await sign("/v1/auth/guest");
}

export async function logout() {
  await send("POST", "/v1/auth/logout");
  await begin();
}

export async function erase() {
  await ask("DELETE", "/v1/auth/me");
  await begin();
}

/** The username whose session has ended here, once; empty if none has. */
export function ended() {
  const member = localStorage.getItem(MEMBER) ?? "";
  if (!member || member === name) return "";
  localStorage.removeItem(MEMBER);
  return member;
}

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

function* events(text) {
  for (const block of text.split("\n\n")) {
    const fields = { id: "", event: "message", data: "" };
    for (const line of block.split("\n")) {
      const colon = line.indexOf(":");
      if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
    }
    if (fields.data) yield { id: fields.id, event: fields.event, data: JSON.parse(fields.data) };
  }
}

async function* streamed(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let rest = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      rest += part.value;
      const end = rest.lastIndexOf("\n\n");
      if (end < 0) continue;
      yield* events(rest.slice(0, end));
      rest = rest.slice(end + 2);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * Follow server-sent events until `take` returns true or `signal` is aborted; resumes when cut.
 * `reached` is told whether the server can be reached.
 */
export async function follow(path, take, signal, reached = () => {}) {
  let last = "";
  for (let wait = RETRY_FIRST; !signal.aborted; wait = Math.min(wait * 2, RETRY_LAST)) {
    try {
      const headers = { Authorization: `Bearer ${token}`, ...(last ? { "Last-Event-ID": last } : {}) };
      const answer = await reach(path, { headers, signal });
      reached(true);
      if (answer.status === 401) await enter();
      else if (answer.status === 404) return;
      else if (answer.ok) {
        for await (const event of streamed(answer)) {
          last = event.id || last;
          wait = RETRY_FIRST;
          if (take(event)) return;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Away) reached(false);
    }
    await pause(wait);
  }
}
