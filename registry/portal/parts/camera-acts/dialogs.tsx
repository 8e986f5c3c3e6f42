import { lazyDialog } from '../lazy-dialog.js';

export const BindDialog = lazyDialog(async () => (await import('./bind-dialog.js')).BindDialog);
export const ChangeDialog = lazyDialog(async () => (await import('./change-dialog.js')).ChangeDialog);
