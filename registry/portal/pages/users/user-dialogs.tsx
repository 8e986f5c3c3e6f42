import type { ReactNode } from 'react';
import { ChangeDialog } from './change-dialog.js';
import { DisableDialog } from './disable-dialog.js';
import { EnableDialog } from './enable-dialog.js';
import { FactorDialog } from './factor-dialog.js';
import { RemoveDialog } from './remove-dialog.js';
import { ResendDialog } from './resend-dialog.js';
import type { UserDialogProps } from './user-dialog-props.js';
import type { UserAct } from './user-menu.js';

const dialogs: Readonly<Record<UserAct, (props: UserDialogProps) => ReactNode>> = {
  change: ChangeDialog,
  resend: ResendDialog,
  enable: EnableDialog,
  disable: DisableDialog,
  resetFactor: FactorDialog,
  remove: RemoveDialog,
};

/** The dialog of the act that was asked for. */
export function UserDialogs({ act, ...props }: UserDialogProps & { act: UserAct }) {
  const ActDialog = dialogs[act];
  return <ActDialog {...props} />;
}
