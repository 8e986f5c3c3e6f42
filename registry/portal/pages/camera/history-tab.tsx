import { IconHistory } from '@tabler/icons-react';
import { useTexts } from '../../i18n/texts.js';
import { HistoryTable } from '../../parts/history/history-table.js';
import { Empty } from '../../parts/page-states.js';
import classes from './camera.module.css';
import type { PanelProps } from './panel.js';
import { texts } from './texts.js';

export function HistoryTab({ camera }: PanelProps) {
  const t = useTexts(texts);
  return (
    <div className={classes['history']}>
      <HistoryTable
        filter={{ target: camera.id }}
        empty={<Empty icon={<IconHistory size={40} stroke={1.2} aria-hidden />} title={t('noHistory')} />}
      />
    </div>
  );
}
