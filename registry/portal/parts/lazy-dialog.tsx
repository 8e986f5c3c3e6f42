import { createElement, lazy, Suspense, type ComponentType } from 'react';

/** A dialog that is loaded when it opens for the first time. */
export function lazyDialog<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const Loaded: ComponentType<Props> = lazy(async () => ({ default: await load() }));
  return (props) => <Suspense>{createElement(Loaded, props)}</Suspense>;
}
