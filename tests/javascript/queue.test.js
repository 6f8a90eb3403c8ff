import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageQueue } from "../../src/synthetic_soul/web/static/queue.js";

const settle = () => new Promise((done) => setTimeout(done));

/** A queue whose every step waits until the test says how it ends. */
function controlled() {
  const steps = [];
  const pending = new Map();
  const step = (kind) => (name) =>
    new Promise((resolve, reject) => {
      steps.push(`${kind} ${name}`);
      pending.set(`${kind} ${name}`, { resolve, reject });
    });
  const queue = new MessageQueue(step("send"), step("follow"));
  const end = async (name, outcome) => {
    const { resolve, reject } = pending.get(name) ?? assert.fail(`${name} has not begun`);
    if (outcome instanceof Error) reject(outcome);
    else resolve(outcome);
    await settle();
  };
  return { queue, steps, end };
}

test("a message is sent only after the one before it has arrived", async () => {
  const { queue, steps, end } = controlled();
  queue.send("a");
  queue.send("b");
  await settle();
  assert.deepEqual(steps, ["send a"]);
  await end("send a", "job a");
  assert.deepEqual(steps, ["send a", "follow job a", "send b"]);
});

test("a message that did not arrive is told, and does not hold up the next", async () => {
  const { queue, steps, end } = controlled();
  const first = assert.rejects(queue.send("a"), /refused/);
  queue.send("b");
  await settle();
  await end("send a", new Error("refused"));
  await first;
  assert.deepEqual(steps, ["send a", "send b"]);
});

test("jobs are followed one at a time, oldest first", async () => {
  const { queue, steps, end } = controlled();
  queue.follow("1", "2");
  queue.follow("3");
  await settle();
  assert.deepEqual(steps, ["follow 1"]);
  await end("follow 1");
  await end("follow 2");
  assert.deepEqual(steps, ["follow 1", "follow 2", "follow 3"]);
  await end("follow 3");
  queue.follow("4");
  assert.equal(steps.at(-1), "follow 4");
});

test("a message sent again goes at once, and its job waits like any other", async () => {
  const { queue, steps, end } = controlled();
  queue.follow("1");
  queue.send("a");
  queue.resend("b");
  await settle();
  assert.deepEqual(steps, ["follow 1", "send b", "send a"]);
  await end("send b", "2");
  await end("follow 1");
  assert.equal(steps.at(-1), "follow 2");
});

test("a closed queue follows nothing any more", async () => {
  const { queue, steps, end } = controlled();
  queue.follow("1", "2");
  queue.send("a");
  await settle();
  queue.close();
  await end("follow 1");
  await end("send a", "3");
  assert.deepEqual(steps, ["follow 1", "send a"]);
});
