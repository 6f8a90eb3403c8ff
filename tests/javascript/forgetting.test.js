// What is forgotten after a moment can be taken back until then.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Forgetting } from "../../src/synthetic_soul/web/static/memory/forgetting.js";

const WAIT_MS = 20;

/** @param {number} millis */
const pause = (millis) => new Promise((done) => setTimeout(done, millis));

/** @param {string[]} sent */
const sending = (sent) => (/** @type {string} */ id) => async () => {
  sent.push(id);
};

test("what is not taken back is sent once", async () => {
  const sent = /** @type {string[]} */ ([]);
  const forgetting = new Forgetting(WAIT_MS);
  forgetting.start("a", sending(sent)("a"));
  assert.ok(forgetting.has("a"));
  assert.deepEqual(sent, []);
  await pause(3 * WAIT_MS);
  await forgetting.flush();
  assert.deepEqual(sent, ["a"]);
  assert.ok(!forgetting.has("a"));
});

test("what is taken back is never sent", async () => {
  const sent = /** @type {string[]} */ ([]);
  const forgetting = new Forgetting(WAIT_MS);
  forgetting.start("a", sending(sent)("a"));
  forgetting.start("b", sending(sent)("b"));
  forgetting.undo("a");
  await pause(3 * WAIT_MS);
  assert.deepEqual(sent, ["b"]);
});

test("whoever turns away takes nothing back", async () => {
  const sent = /** @type {string[]} */ ([]);
  const forgetting = new Forgetting(60_000);
  forgetting.start("a", sending(sent)("a"));
  forgetting.start("b", sending(sent)("b"));
  await forgetting.flush();
  assert.deepEqual(sent, ["a", "b"]);
  forgetting.undo("a");
  await forgetting.flush();
  assert.deepEqual(sent, ["a", "b"]);
});
