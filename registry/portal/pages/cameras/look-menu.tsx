import { ActionIcon, Menu } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useTexts } from '../../i18n/texts.js';
import { useChoose } from '../../shell/preferences.js';
import { listsWith, optionalColumns, useCamerasLook, type CamerasLook } from './list-look.js';
import { texts } from './texts.js';

/** Which columns are shown where there is room, and how many cameras on a screen; it goes with the person. */
export function LookMenu() {
  const t = useTexts(texts);
  const look = useCamerasLook();
  const choose = useChoose();
  const keep = (next: Partial<CamerasLook>) =>
    choose.mutate(({ lists }) => ({ lists: listsWith(lists, { ...look, ...next }) }));
  const item = (label: string, on: boolean, onChange: () => void) => (
    <Menu.CheckboxItem key={label} checked={on} onChange={onChange}>
      {label}
    </Menu.CheckboxItem>
  );
  return (
    <Menu position="bottom-end" width={220} closeOnItemClick={false}>
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label={t('look')}>
          <IconColumns3 size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('columns')}</Menu.Label>
        {optionalColumns.map((key) =>
          item(t(key), look.columns.includes(key), () =>
            keep({
              columns: optionalColumns.filter((one) =>
                one === key ? !look.columns.includes(key) : look.columns.includes(one),
              ),
            }),
          ),
        )}
        <Menu.Divider />
        {item(t('dense'), look.dense, () => keep({ dense: !look.dense }))}
      </Menu.Dropdown>
    </Menu>
  );
}
