import { ChatDotRound, ChatLineRound, Cpu, Finished, Grid, Message, Phone, Promotion, Right, Share } from '@element-plus/icons-vue';
import type { Component } from 'vue';
import type { Kind } from '../core/document';

// icons are those of the palette and of the nodes on the canvas.
export const icons: Record<Kind | 'sms', Component> = {
  say: ChatLineRound, ask: ChatDotRound, collect: Grid, value: Finished, condition: Share, jump: Right, transfer: Promotion, model: Cpu, hangup: Phone, sms: Message,
};
export const paletteKinds: (Kind | 'sms')[] = ['say', 'ask', 'collect', 'value', 'condition', 'jump', 'transfer', 'sms', 'model', 'hangup'];
