import { Button, CloseButton } from '@mantine/core';
import { useEffect, useSyncExternalStore } from 'react';
import { useTexts } from '../i18n/texts.js';
import classes from './parts.module.css';
import { texts } from './texts.js';

/** What happened, told in passing at the edge of the screen. */
export interface Toast {
  message: string;
  tone?: 'good' | 'bad';
  /** Such as *Undo*; pressing it takes the toast away. */
  action?: { label: string; run: () => void };
}

interface ShownToast extends Toast {
  id: number;
}

const shownMs = 8_000;
/** With an action people need time to decide. */
const shownWithActionMs = 30_000;

const store = { toasts: [] as readonly ShownToast[], next: 1, listeners: new Set<() => void>() };

function change(toasts: readonly ShownToast[]): void {
  store.toasts = toasts;
  for (const listener of store.listeners) listener();
}

const remove = (id: number): void => change(store.toasts.filter((one) => one.id !== id));

export function toast(told: Toast): void {
  change([...store.toasts.slice(-3), { ...told, id: store.next }]);
  store.next += 1;
}

const subscribe = (listener: () => void) => {
  store.listeners.add(listener);
  return () => store.listeners.delete(listener);
};

/** Stands once in the page; told things are read out. */
export function Toasts() {
  const t = useTexts(texts);
  const toasts = useSyncExternalStore(subscribe, () => store.toasts);
  return (
    <section className={classes['toasts']} aria-label={t('notices')} aria-live="polite">
      {toasts.map((one) => (
        <ToastLine key={one.id} shown={one} />
      ))}
    </section>
  );
}

function ToastLine({ shown: { id, message, tone = 'good', action } }: { shown: ShownToast }) {
  const t = useTexts(texts);
  const afterMs = action === undefined ? shownMs : shownWithActionMs;
  useEffect(() => {
    const timer = setTimeout(() => remove(id), afterMs);
    return () => clearTimeout(timer);
  }, [id, afterMs]);
  return (
    <div className={classes['toast']} data-tone={tone}>
      <span>{message}</span>
      {action !== undefined && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            remove(id);
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      <CloseButton aria-label={t('close')} onClick={() => remove(id)} />
    </div>
  );
}
