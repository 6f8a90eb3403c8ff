// @ts-check
// Elements: find them by id, make them from a tag, properties and children.

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/**
 * Return the element with an id; throw unless the page has one of that kind.
 * @template {Element} [T=HTMLElement]
 * @param {string} id
 * @param {{ new (): T }} [kind]
 * @returns {T}
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (!(element instanceof (kind ?? HTMLElement))) throw new Error(`there is no #${id}`);
  return /** @type {T} */ (/** @type {unknown} */ (element));
}

/**
 * Make an element. A property that the element does not know becomes an attribute, and `onclick`
 * and its like become listeners.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [properties]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) Reflect.set(element, name, value);
    else element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/**
 * Make an SVG element with attributes.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number>} attributes
 * @param {(Node | string)[]} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG_NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * Make a button that does not submit its form.
 * @param {string} label
 * @param {(event: MouseEvent) => unknown} onclick
 * @param {Record<string, unknown>} [properties]
 */
export function button(label, onclick, properties = {}) {
  return el("button", { type: "button", onclick, ...properties }, label);
}

/**
 * Show a message in a banner, or hide the banner if there is none.
 * @param {HTMLElement} banner
 * @param {string} message
 */
export function showBanner(banner, message) {
  banner.hidden = !message;
  banner.textContent = message;
}
