// The parts of the chart library that this console draws with. Only files that are loaded lazily may import this one.
import { LineChart, PieChart } from 'echarts/charts';
import { GridComponent, TitleComponent, TooltipComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';
import './palette.css';

use([LineChart, PieChart, GridComponent, TitleComponent, TooltipComponent, LabelLayout, CanvasRenderer]);

export { default as VChart } from 'vue-echarts';
