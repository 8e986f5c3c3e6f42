import type { ReactNode } from 'react';
import type { User } from '../../api/schema.js';
import { ChangeDialog } from './change-dialog.js';
import { DisableDialog } from './disable-dialog.js';
import { EnableDialog } from './enable-dialog.js';
import { FactorDialog } from './factor-dialog.js';
import { RemoveDialog } from './remove-dialog.js';
import { ResendDialog } from './resend-dialog.js';
import type { UserAct } from './user-menu.js';

export interface UserDialogProps {
  user: User;
  onClose: () => void;
  /** To another act in place of this one. */
  onAct: (act: UserAct) => void;
}

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
