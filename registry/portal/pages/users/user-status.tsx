import { Text } from '@mantine/core';
import { IconCheck, IconMail, IconPlayerStop, type Icon } from '@tabler/icons-react';
import type { User } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { Chip, type Tone } from '../../parts/chip.js';
import { texts } from './texts.js';

export type UserState = 'invited' | 'active' | 'disabled';

export const stateOf = ({ disabledAt, activated }: User): UserState =>
  disabledAt !== null ? 'disabled' : activated ? 'active' : 'invited';

const looks: Readonly<Record<UserState, { tone: Tone; icon: Icon }>> = {
  invited: { tone: 'info', icon: IconMail },
  active: { tone: 'good', icon: IconCheck },
  disabled: { tone: 'plain', icon: IconPlayerStop },
};

/** The word, and below it since when, or what is still missing. */
export function UserStatus({ user }: { user: User }) {
  const t = useTexts(texts);
  const { ago } = useFormats();
  const state = stateOf(user);
  const { tone, icon: StateIcon } = looks[state];
  const sentences: Readonly<Record<UserState, string>> = {
    invited: t('noPassword'),
    active: user.emailConfirmed ? t('mayIn') : t('unconfirmed'),
    disabled: ago(user.disabledAt),
  };
  return (
    <div>
      <Chip tone={tone} icon={<StateIcon size={15} stroke={2} aria-hidden />}>
        {t(state)}
      </Chip>
      <Text size="xs" c="dimmed" mt={2} truncate title={sentences[state]}>
        {sentences[state]}
      </Text>
    </div>
  );
}
