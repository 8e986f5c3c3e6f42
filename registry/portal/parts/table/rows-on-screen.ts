import { useCallback, useRef, useState, type RefObject } from 'react';

/** Rows above and below the screen that exist already when they are scrolled to. */
const overscanRows = 8;

export interface RowsOnScreen {
  /** Of the first row that exists, and of the first one after them that does not. */
  from: number;
  to: number;
  /** The element that scrolls, and its ref; its first child is a head that stays. */
  scroller: RefObject<HTMLElement | null>;
  scrollerRef: (element: HTMLElement | null) => (() => void) | undefined;
}

/** Which of `count` rows of one height are on screen, with some around them. */
export function useRowsOnScreen(count: number, rowHeightPx: number): RowsOnScreen {
  const [first, setFirst] = useState(0);
  const [visible, setVisible] = useState(0);
  const scroller = useRef<HTMLElement>(null);
  const scrollerRef = useCallback(
    (element: HTMLElement | null) => {
      scroller.current = element;
      if (element === null) return undefined;
      const look = () => {
        setFirst(Math.floor(element.scrollTop / rowHeightPx));
        setVisible(Math.ceil(element.clientHeight / rowHeightPx));
      };
      const resized = new ResizeObserver(look);
      resized.observe(element);
      element.addEventListener('scroll', look, { passive: true });
      look();
      return () => {
        resized.disconnect();
        element.removeEventListener('scroll', look);
      };
    },
    [rowHeightPx],
  );
  return {
    from: Math.max(0, Math.min(first, count) - overscanRows),
    to: Math.min(count, first + visible + overscanRows),
    scroller,
    scrollerRef,
  };
}

/** Scrolls as far as it takes to see a row whole. */
export function scrollToRow(element: HTMLElement, index: number, rowHeightPx: number): void {
  const headPx = element.firstElementChild?.clientHeight ?? 0;
  const topPx = index * rowHeightPx;
  const lowestPx = topPx + rowHeightPx + headPx - element.clientHeight;
  element.scrollTop = Math.max(lowestPx, Math.min(topPx, element.scrollTop));
}
