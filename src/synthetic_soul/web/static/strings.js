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
  correct: "correct",
  hide: "hide",
  show: "unhide",
  source: "where from?",
  save: "Save",
  cancel: "Cancel",
  undo: "Undo",
  /** @param {string} name */
  forgetThat: (name) => `forget ${name}`,
  /** @param {string} name */
  correctThat: (name) => `correct ${name}`,
  /** @param {string} name */
  hideThat: (name) => `never mention ${name}`,
  /** @param {string} name */
  showThat: (name) => `let ${name} be mentioned again`,
  /** @param {string} name */
  sourceOf: (name) => `where ${name} is from`,
  /** @param {string} name */
  undoThat: (name) => `keep ${name}`,
  /** @param {string} name */
  corrected: (name) => `Corrected: ${name}`,
  /** @param {string} name */
  hiddenThat: (name) => `Never mentioned from now on: ${name}`,
  /** @param {string} name */
  shownThat: (name) => `May be mentioned again: ${name}`,
  /** @param {string} name */
  forgotten: (name) => `Forgotten: ${name}`,
  /** @param {string} name */
  forgottenFor: (name) => `Forgotten: ${name}. You can undo this for eight seconds.`,
  /** @param {string} name */
  keptThat: (name) => `Kept: ${name}`,
  /** @param {string} text */
  remembersThat: (text) => `Remembered: ${text}`,
  /** @param {number} count of facts */
  knows: (count) => {
    if (!count) return "Nothing yet. Tell it something about you.";
    return count === 1 ? "One thing about you" : `${count} things about you`;
  },
  noFacts: "Nothing yet. What you tell about yourself appears here.",
  noMemories: "Nothing yet. A while after a talk pauses, what is worth keeping appears here.",
  nothingFound: "Nothing that fits.",
  noSource: "The words that told it are no longer there.",
  moreMemories: "Show more",
  bestFirst: "Best matches first",
  hiddenBadge: "never mentioned",
  inferredBadge: "concluded",
  hearsayBadge: "heard from others",
  unsureBadge: "not sure",
  noteBadge: "your note",
  /** @param {number} millis */
  saidOn: (millis) => `you told it ${onDay(millis)}`,
  /** @param {number} millis */
  inferredOn: (millis) => `found ${onDay(millis)} in what you said`,
  /** @param {string | null} name @param {number} millis */
  heardOn: (name, millis) => `heard ${onDay(millis)} from ${name ?? "somebody"} in the group`,
  /** @param {number} millis */
  overSince: (millis) => `over since ${onDay(millis).replace(/^on /, "")}`,
  /** @param {number} times @param {number} millis */
  usedTimes: (times, millis) => {
    const often = ["never", "once", "twice"][times] ?? `${times} times`;
    return `came up ${often}, last ${onDay(millis)}`;
  },
  /** @param {string} trait */
  seenThrough: (trait) => `seen with its ${trait}`,
  /** Why something is kept, in words. */
  whyKept: /** @type {Record<string, string>} */ ({
    asked: "you asked for it",
    important: "it mattered",
    moving: "it was moving",
    repeated: "it came up more than once",
    reflected: "thought about afterwards",
  }),
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

/** Roots of topics whose facts say by themselves who is meant. */
const LOSSES = ["lost", "late"];
/** Titles of topics, for many facts of a kind. */
const TITLES = /** @type {Record<string, string>} */ ({
  age: "Age",
  allergy: "Allergies",
  birthday: "Birthday",
  diet: "Food",
  dislike: "What you don't like",
  experience: "What you have done",
  favourite: "Favourites",
  habit: "Habits",
  hobby: "Hobbies",
  home: "Home",
  language: "Languages",
  like: "What you like",
  lost: "Losses",
  name: "Name",
  origin: "Where you come from",
  person: "People",
  pet: "Animals",
  plan: "Plans",
  possession: "Things",
  study: "Studies",
  work: "Work",
});

/**
 * Return the title of the facts of one root of topics.
 * @param {string} root
 */
export function topicTitle(root) {
  const words = spaced(root);
  return TITLES[root] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * Return what a fact is about besides the title that it stands under, or "": `pet:cat` is
 * "your cat", `person:Tom` is Tom.
 * @param {string} topic
 */
export function factLabel(topic) {
  const [root, ...kinds] = topic.split(":");
  const kind = kinds.join(", ");
  if (!kind || LOSSES.includes(root)) return "";
  return kind.charAt(0) === kind.charAt(0).toLowerCase() ? topicLabel(topic) : kind;
}

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
 * Return "today", "yesterday" or "on" the date.
 * @param {number} millis
 */
function onDay(millis) {
  const name = dayName(millis);
  return /^\d/.test(name) ? `on ${name}` : name.toLowerCase();
}

/**
 * Return hours and minutes.
 * @param {number} millis
 */
export function timeOfDay(millis) {
  const format = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", hour12: false });
  return new Date(millis).toLocaleTimeString(LOCALE, format);
}
