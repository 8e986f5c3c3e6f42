// @ts-check

/**
 * The element of the page with that id.
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page lacks #${id}`);
  return element;
}

/**
 * Makes an element. `on…` are listeners, other fields attributes; null children are left out.
 * @param {string} tag
 * @param {Record<string, any>} [fields]
 * @param {...(Node | string | null)} children
 * @returns {any}
 */
export function make(tag, fields = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(fields)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * Writes only what differs: nothing flickers, no focus or selection is lost.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Brings a list's children in line with items: made once, updated in place, moved only when the order changed.
 * @template Item
 * @param {Element} list
 * @param {readonly Item[]} items
 * @param {(item: Item) => string} keyOf
 * @param {(item: Item) => Element} create
 * @param {(element: any, item: Item) => void} update
 */
export function syncList(list, items, keyOf, create, update) {
  const byKey = new Map([...list.children].map((child) => [child.getAttribute('data-key'), child]));
  let place = list.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let element = byKey.get(key);
    if (element === undefined) {
      element = create(item);
      element.setAttribute('data-key', key);
    }
    byKey.delete(key);
    if (element === place) place = place.nextElementSibling;
    else list.insertBefore(element, place);
    update(element, item);
  }
  for (const gone of byKey.values()) gone.remove();
}

/** @param {number} count @param {string} one @param {string} [many] */
export const counted = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
