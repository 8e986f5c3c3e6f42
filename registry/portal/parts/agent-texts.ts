import { defineTexts } from '../i18n/texts.js';

export const texts = defineTexts({
  en: {
    online: 'Online',
    offline: 'Offline',
    waiting: 'Waiting',
    revoked: 'Let go',
    stolen: 'Stolen',
    replaced: 'Replaced',
  },
  de: {
    online: 'Online',
    offline: 'Offline',
    waiting: 'Wartet',
    revoked: 'Entlassen',
    stolen: 'Gestohlen',
    replaced: 'Ersetzt',
  },
});
