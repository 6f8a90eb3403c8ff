import assert from "node:assert/strict";
import { test } from "node:test";
import {
  followEvents,
  parseEvents,
  readEvents,
} from "../../src/synthetic_soul/web/static/api/sse.js";

const STREAM =
  'id: 1.0\nevent: text\ndata: {"text": "Zwölf 🐈"}\n\n: ping\n\nid: 1.1\nevent: done\ndata: {}\n\n';
const EVENTS = [
  { id: "1.0", event: "text", data: { text: "Zwölf 🐈" } },
  { id: "1.1", event: "done", data: {} },
];

const bodyOf = (...parts) => ReadableStream.from(parts);

async function all(events) {
  const list = [];
  for await (const event of events) list.push(event);
  return list;
}

test("an event has its id, its kind and its parsed data", () => {
  assert.deepEqual([...parseEvents(STREAM)], EVENTS);
});

test("comments and events without data are left out", () => {
  assert.deepEqual([...parseEvents(": ping\n\nid: 7\nevent: text")], []);
});

test("an event without a kind is a message", () => {
  assert.deepEqual([...parseEvents("data: 1")], [{ id: "", event: "message", data: 1 }]);
});

test("a value may hold a colon, and the space before it may be missing", () => {
  assert.deepEqual([...parseEvents('data:{"a": "b:c"}')][0].data, { a: "b:c" });
});

test("a stream may be cut between any two bytes", async () => {
  const bytes = new TextEncoder().encode(STREAM);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const body = bodyOf(bytes.subarray(0, cut), bytes.subarray(cut));
    assert.deepEqual(await all(readEvents(body)), EVENTS);
  }
});

test("an event that the stream was cut in is not taken", async () => {
  const body = bodyOf(new TextEncoder().encode(STREAM.slice(0, -1)));
  assert.deepEqual(await all(readEvents(body)), EVENTS.slice(0, 1));
});

// Follow a stream from a server that gives these responses in turn; return what was asked.
async function follow(context, responses, take, { signal } = new AbortController()) {
  const requests = [];
  const reachable = [];
  let entered = 0;
  const session = {
    authorization: () => ({ Authorization: `Bearer ${entered}` }),
    enter: async () => {
      entered += 1;
    },
  };
  context.mock.method(globalThis, "fetch", async (_path, { headers }) => {
    requests.push(headers);
    const response = responses.shift();
    if (response instanceof Response) return response;
    throw response ?? new Error("nothing more was expected to be asked");
  });
  await followEvents(session, "/events", take, signal, (reached) => reachable.push(reached));
  return { requests, reachable };
}

test("a stream that is cut is resumed after the last event, until it is done", async (context) => {
  const [first, rest] = STREAM.split("\n\n: ping\n\n");
  const responses = [new Response(`${first}\n\n`), new TypeError("away"), new Response(rest)];
  const taken = [];
  const { requests, reachable } = await follow(context, responses, ({ event }) => {
    taken.push(event);
    return event === "done";
  });
  assert.deepEqual(taken, ["text", "done"]);
  assert.deepEqual(
    requests.map((headers) => headers["Last-Event-ID"]),
    [undefined, "1.0", "1.0"],
  );
  assert.deepEqual(reachable, [true, false, true]);
});

test("an expired token is renewed, and a stream that is gone ends", async (context) => {
  const responses = [new Response(null, { status: 401 }), new Response(null, { status: 404 })];
  const { requests } = await follow(context, responses, () => false);
  assert.deepEqual(
    requests.map((headers) => headers.Authorization),
    ["Bearer 0", "Bearer 1"],
  );
});

test("nothing is taken any more once the end was asked for", async (context) => {
  const controller = new AbortController();
  const taken = [];
  const take = ({ event }) => {
    taken.push(event);
    controller.abort();
    return false;
  };
  await follow(context, [new Response(STREAM)], take, controller);
  assert.deepEqual(taken, ["text"]);
});
