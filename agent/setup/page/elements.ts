/** An element of the page's own markup. Throws where it is missing. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page lacks #${id}`);
  return found;
}

/** Text is always text: nothing a camera says becomes markup. */
export function element(tag: string, className: string, ...content: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content.filter((part) => part !== ''));
  return made;
}

/** Replaces the content; leaves it alone when the text is the same, so that nothing flickers or is read twice. */
export function fill(target: HTMLElement, ...content: (Node | string)[]): void {
  const isText = content.every((part) => typeof part === 'string');
  if (isText && target.textContent === content.join('') && target.childElementCount === 0) return;
  target.replaceChildren(...content);
}
