import type { User } from '../../api/schema.js';
import type { UserAct } from './user-menu.js';

/** What the dialog of every act is given. */
export interface UserDialogProps {
  user: User;
  onClose: () => void;
  /** To another act in place of this one. */
  onAct: (act: UserAct) => void;
}
