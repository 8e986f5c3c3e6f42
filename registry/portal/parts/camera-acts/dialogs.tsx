import { lazy, Suspense, type ComponentProps } from 'react';

const Bind = lazy(async () => ({ default: (await import('./bind-dialog.js')).BindDialog }));
const Change = lazy(async () => ({ default: (await import('./change-dialog.js')).ChangeDialog }));

/** The dialogs of cameras, loaded when the first of them opens. */
export const BindDialog = (props: ComponentProps<typeof Bind>) => (
  <Suspense>
    <Bind {...props} />
  </Suspense>
);

export const ChangeDialog = (props: ComponentProps<typeof Change>) => (
  <Suspense>
    <Change {...props} />
  </Suspense>
);
