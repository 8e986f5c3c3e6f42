import { ActionIcon, Menu, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { IconCode, IconLogout, IconUser } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../api/client.js';
import { languageNames, languages, type Language } from '../i18n/language.js';
import { useTexts } from '../i18n/texts.js';
import { toast } from '../parts/toasts.js';
import { useMe } from './me.js';
import { useChoose } from './preferences.js';
import { useScope } from './scope.js';
import { useSpeak } from './speak.js';
import classes from './shell.module.css';
import { texts } from './texts.js';

const themes = [
  ['auto', 'themeAuto'],
  ['light', 'themeLight'],
  ['dark', 'themeDark'],
] as const satisfies readonly (readonly [MantineColorScheme, string])[];

export function UserMenu() {
  const t = useTexts(texts);
  const { language, speak } = useSpeak();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { user } = useMe();
  const { id: tenantId } = useScope();
  const keep = useChoose();
  const dress = (next: MantineColorScheme) => {
    setColorScheme(next);
    keep.mutate(() => ({ theme: next }), {
      onError: () => toast({ message: t('notKept'), tone: 'bad' }),
    });
  };
  const name = user?.name ?? '';
  const signOut = async () => {
    await answer(api.DELETE('/api/v1/sessions/current')).catch(() => {});
    location.assign('/login');
  };
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={40} radius="xl" aria-label={t('account', { name })}>
          {/* Without initials: a visible text would have to begin the button's name (WCAG 2.5.3). */}
          <span className={classes['person']}>
            <IconUser size={20} aria-hidden />
          </span>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {name} · {user?.email}
        </Menu.Label>
        <Menu.Item
          leftSection={<IconUser size={16} aria-hidden />}
          renderRoot={(props) => <Link to="/o/$tenantId/me" params={{ tenantId }} {...props} />}
        >
          {t('yourAccount')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconCode size={16} aria-hidden />}
          renderRoot={(props) => <Link to="/o/$tenantId/developer" params={{ tenantId }} {...props} />}
        >
          {t('developers')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('language')}</Menu.Label>
        <Menu.RadioGroup value={language} onChange={(next) => speak(next as Language)}>
          {languages.map((each) => (
            <Menu.RadioItem key={each} value={each} lang={each}>
              {languageNames[each]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Label>{t('theme')}</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(next) => dress(next as MantineColorScheme)}>
          {themes.map(([scheme, key]) => (
            <Menu.RadioItem key={scheme} value={scheme}>
              {t(key)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut()}>
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
