// @ts-check
// The order of a conversation: messages are sent one after another, and their jobs are followed
// one at a time, oldest first. A browser has few connections, and one reply may answer several.

/**
 * @template Message, Job
 */
export class MessageQueue {
  /** @type {Job[]} */
  #jobs = [];
  #following = false;
  #closed = false;
  /** @type {Promise<unknown>} */
  #sending = Promise.resolve();
  #send;
  #follow;

  /**
   * @param {(message: Message) => Promise<Job>} send resolves with the job once the message has arrived
   * @param {(job: Job) => Promise<void>} follow resolves once the job has an outcome
   */
  constructor(send, follow) {
    this.#send = send;
    this.#follow = follow;
  }

  /**
   * Send a message after those before it, whether or not they arrived, and follow its job.
   * Rejects as `send` does.
   * @param {Message} message
   */
  send(message) {
    const sent = this.#sending.then(() => this.resend(message));
    this.#sending = sent.catch(() => {});
    return sent;
  }

  /**
   * Send a message at once, and follow its job.
   * @param {Message} message
   */
  async resend(message) {
    this.follow(await this.#send(message));
  }

  /**
   * Follow a job after those that wait already.
   * @param {Job[]} jobs
   */
  follow(...jobs) {
    this.#jobs.push(...jobs);
    this.#drain();
  }

  /** Follow nothing any more. */
  close() {
    this.#closed = true;
  }

  async #drain() {
    if (this.#following) return;
    this.#following = true;
    while (this.#jobs.length && !this.#closed) {
      await this.#follow(this.#jobs[0]);
      this.#jobs.shift();
    }
    this.#following = false;
  }
}
