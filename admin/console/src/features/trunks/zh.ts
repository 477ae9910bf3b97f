export default {
  title: '线路', create: '新建线路', created: '线路已创建', search: '按名称搜索', details: '详情',
  name: '名称', via: '接入', viaHelp: '网关在交换机上配置；也可直接填运营商地址。', gateway: '网关', address: '地址', addressHelp: '运营商的 主机:端口，例如 203.0.113.7:5060', callerId: '主叫号码', callerIdHelp: '显示给被叫的号码',
  prefix: '前缀', prefixHelp: '加在每个被叫号码前', concurrency: '并发', concurrencyHelp: '同时进行的通话数上限', cps: '每秒呼叫', cpsHelp: '每秒最多发起的呼叫数', earlyMedia: '听早期媒体', earlyMediaHelp: '接听前，机器人就听运营商的提示音',
  ringSeconds: '振铃时长（秒）', createdAt: '创建时间',
  empty: '还没有线路', emptyText: '线路连接运营商，呼叫从这里发出。新建一条线路后，就能用它新建任务。',
};
