import { Button, Stack, Text } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SupportGrant } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { Chip } from '../../parts/chip.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { Empty, Loaded, SkeletonLines } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import { isInForce, supportGrantsQuery, useEndGrant } from '../../parts/support-grants.js';
import { useTimeLeft } from '../../parts/time-left.js';
import { toast } from '../../parts/toasts.js';
import { useMay, useMe } from '../../shell/me.js';
import { useScope } from '../../shell/scope.js';
import { GrantDialog } from './grant-dialog.js';
import classes from './support.module.css';
import { texts } from './texts.js';

/** Who may watch this customer's video for support, for how long, and who might. */
export function SupportPage() {
  const t = useTexts(texts);
  const tenant = useScope();
  const { memberships } = useMe();
  const mayManage = useMay('manage');
  const about = tenant.kind === 'customer';
  const grants = useQuery({ ...supportGrantsQuery(tenant.id), enabled: mayManage && about });
  const [giving, setGiving] = useState(false);
  const [ending, setEnding] = useState<SupportGrant | null>(null);
  if (!mayManage || !about) {
    return (
      <Page title={t('title')}>
        <Empty title={t(about ? 'mayNot' : 'ofCustomers')}>{t(about ? 'mayNotWhy' : 'ofCustomersWhy')}</Empty>
      </Page>
    );
  }
  // Whether they own a customer above this one only the API knows.
  const mayGive = memberships.some(({ tenant: { kind }, owner }) => kind === 'customer' && owner);
  const give = mayGive && (
    <Button leftSection={<IconEye size={16} aria-hidden />} onClick={() => setGiving(true)}>
      {t('give')}
    </Button>
  );
  return (
    <Page title={t('title')} actions={give}>
      <Text size="sm" c="dimmed" maw={720}>
        {t('lead', { tenant: tenant.name })} {mayGive ? '' : t('ownersGive')}
      </Text>
      <Loaded query={grants} skeleton={<SkeletonLines lines={4} />}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={<IconEyeOff size={40} stroke={1.2} aria-hidden />} title={t('empty')} action={give}>
              {t('emptyWhy')}
            </Empty>
          ) : (
            <Stack component="ul" gap={0} className={classes['grants'] ?? ''}>
              {items.map((grant) => (
                <Grant key={grant.id} grant={grant} onEnd={() => setEnding(grant)} />
              ))}
            </Stack>
          )
        }
      </Loaded>
      {giving && <GrantDialog customer={tenant} onClose={() => setGiving(false)} />}
      {ending !== null && <EndDialog grant={ending} onClose={() => setEnding(null)} />}
    </Page>
  );
}

function Grant({ grant, onEnd }: { grant: SupportGrant; onEnd: () => void }) {
  const t = useTexts(texts);
  const { time } = useFormats();
  const left = useTimeLeft();
  const { granteeName, customerName, createdAt, expiresAt, revokedAt } = grant;
  const inForce = isInForce(grant);
  return (
    <li className={classes['grant']}>
      <div className={classes['what']}>
        <Text size="sm" fw={600}>
          {granteeName}
        </Text>
        <Text size="xs" c="dimmed">
          {t('about', { customer: customerName, from: time(createdAt), until: time(revokedAt ?? expiresAt) })}
        </Text>
      </div>
      {inForce ? (
        <>
          <Chip tone="warn" icon={<IconEye size={15} aria-hidden />}>
            {left(expiresAt)}
          </Chip>
          <Button
            size="xs"
            variant="default"
            aria-label={t('endNamed', { name: granteeName })}
            onClick={onEnd}
          >
            {t('end')}
          </Button>
        </>
      ) : (
        <Chip tone="plain" icon={<IconEyeOff size={15} aria-hidden />}>
          {t(revokedAt === null ? 'over' : 'ended')}
        </Chip>
      )}
    </li>
  );
}

function EndDialog({ grant, onClose }: { grant: SupportGrant; onClose: () => void }) {
  const t = useTexts(texts);
  const { granteeName: name, customerName: customer } = grant;
  const end = useEndGrant(() => {
    toast({ message: t('endedNow', { name }) });
    onClose();
  });
  return (
    <ConfirmDialog
      opened
      title={t('endTitle', { name })}
      act={t('endIt')}
      danger
      pending={end.isPending}
      error={end.error}
      onConfirm={() => end.mutate(grant.id)}
      onClose={onClose}
    >
      <Text size="sm">{t('endWhat', { name, customer })}</Text>
    </ConfirmDialog>
  );
}
