// @ts-check
// Every text that the scripts put on the page; `index.html` has the others.

const LOCALE = "en";
const DAY_MS = 86_400_000;

/** @param {string} text with its full stop, or without */
export const sentence = (text) => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** @param {Error} error */
const reason = (error) => sentence(error.message);

export const STRINGS = {
  guest: "Guest",
  accountOfGuest: "Account: guest",
  /** @param {string} username */
  accountOf: (username) => `Account: ${username}`,
  youAreGuest:
    "You are a guest: only this browser knows you. Claim the account to be remembered anywhere.",
  /** @param {string} username */
  signedInAs: (username) => `You are signed in as ${username}.`,
  newGuest: "Start over as a new guest",
  signOut: "Sign out",
  signIn: "Sign in",
  /** @param {string} username */
  someoneElse: (username) => `You are ${username} now, as in another tab.`,
  /** @param {string} username */
  sessionEnded: (username) => `The session of ${username} has ended; you are a guest now. `,
  guestEnded:
    "Your earlier conversation could not be opened again, so this is a new one. What was not sent yet is still in the box.",
  replaced: "somebody else is here now",
  exportFile: "everything-of-mine.json",

  openingBefore: "The beginning before this one",
  openingAfter: "The next beginning",
  /**
   * @param {number} number
   * @param {number} count
   */
  openingOf: (number, count) => `beginning ${number} of ${count}`,
  openings: ["Hello!", "How are you feeling today?", "Tell me about yourself."],
  /** @param {string} name */
  disclosure: (name) =>
    `${name} is an AI, not a human being. What you write is kept on this server until you erase it.`,
  /** @param {string} name */
  placeholder: (name) => `Write to ${name}`,
  noThought: "No thought yet; they come when it is quiet.",
  composerVoice: "speaks without a model",
  /** @param {string} model */
  modelVoice: (model) => `speaks through ${model}`,
  /** @param {string} relationship @param {number} messages */
  standing: (relationship, messages) =>
    `${relationship}, ${messages} ${messages === 1 ? "message" : "messages"}`,
  innerLife: "Inner life",
  talk: "Talk",
  reason,
  /** @param {Error} error */
  reloadToTryAgain: (error) => `${reason(error)} Reload the page to try again.`,

  unreachable: "the server cannot be reached",
  /** @param {number} status */
  serverAnswered: (status) => `the server answered ${status}`,
  earlier: "Show what was said earlier",
  tryAgain: "Try again",
  noReply: "the reply could not be made",
  /** @param {Error} error */
  stillSending: (error) => `not sent yet: ${error.message}; still trying`,
  /** @param {Error} error */
  notSent: (error) => `not sent: ${reason(error)}`,
  /** @param {string} name */
  silent: (name) => `${name} says nothing`,
  /** @param {string} name */
  thinking: (name) => `${name} is thinking`,
  /** @param {string} name @param {string} expression */
  face: (name, expression) => `${name}'s face: ${spaced(expression)}`,

  forget: "forget",
  /** @param {string} topic @param {string} value */
  forgetFact: (topic, value) => `forget ${topic}: ${value}`,
  why: "why?",
  remembered: "Remembered",
  moved: "What moved",
  nothingMoved: "Nothing moved, and nothing needed to be remembered.",
  /** @param {Error} error */
  noWhy: (error) => `This cannot be told: ${reason(error)}`,
  /** What a change of a dimension is directed at. */
  directedAt: /** @type {Record<string, string>} */ ({
    emotion: "",
    sentiment: " towards you",
    trait: " by nature",
  }),
  mood: "mood",
};

const TOPICS = /** @type {Record<string, string>} */ ({
  age: "your age",
  allergy: "you are allergic to",
  birthday: "your birthday",
  dislike: "you don't like",
  experience: "you have",
  hobby: "you enjoy",
  home: "you live in",
  language: "you speak",
  like: "you like",
  name: "your name",
  origin: "you come from",
  plan: "your plans",
  possession: "you have",
  study: "you study",
  work: "your work",
});
const TOPICS_OF_A_KIND = /** @type {Record<string, string>} */ ({
  favourite: "your favourite",
  person: "your",
  pet: "your",
});

/** @param {string} name */
export const spaced = (name) => name.replaceAll("_", " ");

/**
 * Return what a fact is about, in words: `pet:cat` is "your cat".
 * @param {string} topic
 */
export function topicLabel(topic) {
  const [root, kind] = topic.split(":");
  if (kind && TOPICS_OF_A_KIND[root]) return `${TOPICS_OF_A_KIND[root]} ${kind}`;
  return TOPICS[root] ?? spaced(topic.replaceAll(":", ", "));
}

/**
 * Return "Today", "Yesterday" or the date.
 * @param {number} millis
 */
export function dayName(millis) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  const ago = Math.round((midnight - new Date(millis).setHours(0, 0, 0, 0)) / DAY_MS);
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  const format = /** @type {const} */ ({ day: "numeric", month: "long", year: "numeric" });
  return new Date(millis).toLocaleDateString(LOCALE, format);
}

/**
 * Return hours and minutes.
 * @param {number} millis
 */
export function timeOfDay(millis) {
  const format = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", hour12: false });
  return new Date(millis).toLocaleTimeString(LOCALE, format);
}
