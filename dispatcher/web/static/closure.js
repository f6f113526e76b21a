"use strict";
// Draws the two charts of the closure page from the figures that the server put into it.
(() => {
  const source = document.getElementById("closure-data");
  if (!source) return;
  const data = JSON.parse(source.textContent);
  const blue = "#1f5fbf", orange = "#c2570c", grey = "#5b6675";
  const days = (value) => (value === null || value === undefined ? "尚未达到" : `${value < 1 ? value.toFixed(2) : value.toFixed(1)} ${data.unit}`);
  const text = { fontFamily: getComputedStyle(document.body).fontFamily };
  const plain = { textStyle: text, animation: false, grid: { left: 8, right: 18, top: 40, bottom: 8, containLabel: true } };
  const charts = [];
  const draw = (id, options) => {
    const chart = echarts.init(document.getElementById(id));
    chart.setOption({ ...plain, ...options });
    charts.push(chart);
  };

  // A line is solid up to the last mature month; from there on it is dashed and its points are hollow.
  const months = data.months;
  const firstYoung = months.findIndex((month) => month.immature);
  const mature = (key) => months.map((month) => (month.immature ? null : month[key]));
  const young = (key) => months.map((month, place) => (month.immature || place === firstYoung - 1 ? month[key] : null));
  const lines = [["中位数", "median", blue], ["P90", "p90", orange]].flatMap(([name, key, color]) => [
    { name, type: "line", data: mature(key), color, symbol: "circle", symbolSize: 8, lineStyle: { width: 2.5 } },
    {
      name, type: "line", color, symbol: "emptyCircle", symbolSize: (value, item) => (months[item.dataIndex].immature ? 9 : 0),
      data: young(key), lineStyle: { width: 2, type: "dashed" },
    },
  ]);
  draw("months", {
    legend: { top: 0, data: ["中位数", "P90"] },
    tooltip: {
      trigger: "axis",
      formatter: (items) => {
        const month = months[items[0].dataIndex];
        if (!month.orders) return `${month.month}<br>没有工单`;
        return `${month.month}${month.immature ? "（未成熟）" : ""}<br>中位数 ${days(month.median)}<br>P90 ${days(month.p90)}<br>工单 ${month.orders} 件，未办结 ${month.open} 件`;
      },
    },
    xAxis: { type: "category", data: months.map((month) => month.month), axisLabel: { color: grey } },
    yAxis: { type: "value", min: 0, name: data.unit, nameTextStyle: { color: grey }, axisLabel: { color: grey } },
    series: lines,
  });

  const end = data.ticks[data.ticks.length - 1];
  const points = (values) => data.times.map((time, place) => [time, values[place]]).filter(([time]) => time <= end);
  const low = points(data.low), high = points(data.high);
  const risk = new Map(data.ticks.map((tick, place) => [tick, data.at_risk[place]]));
  const narrow = () => document.getElementById("curve").clientWidth < 480;
  const label = (value) => {
    const place = data.ticks.indexOf(value);
    return narrow() && place % 2 ? "" : `${value}\n{risk|${(risk.get(value) ?? 0).toLocaleString()}}`;
  };
  const band = { type: "line", step: "end", symbol: "none", silent: true, stack: "band", stackStrategy: "all", lineStyle: { opacity: 0 } };
  draw("curve", {
    tooltip: {
      trigger: "axis",
      formatter: (items) => {
        const item = items.find((one) => one.seriesName === "仍未办结");
        if (!item) return "";
        const place = data.times.indexOf(item.value[0]);
        const share = (value) => `${(100 * value).toFixed(1)}%`;
        return `受理后 ${days(item.value[0])}<br>仍未办结 ${share(item.value[1])}<br>95% 区间 ${share(data.low[place])} – ${share(data.high[place])}`;
      },
    },
    xAxis: {
      type: "value", min: 0, max: end, interval: end / (data.ticks.length - 1), splitLine: { show: false },
      axisLabel: { color: grey, formatter: label, hideOverlap: true, rich: { risk: { color: grey, fontSize: 11, padding: [4, 0, 0, 0] } } },
    },
    yAxis: { type: "value", min: 0, max: 1, name: `仍未办结（横轴：受理后${data.unit === "天" ? "天数" : "工作日数"}）`, nameTextStyle: { color: grey, align: "left" }, axisLabel: { color: grey, formatter: (value) => `${Math.round(100 * value)}%` } },
    series: [
      { ...band, name: "low", data: low },
      { ...band, name: "high", data: high.map(([time, value], place) => [time, value - low[place][1]]), areaStyle: { color: blue, opacity: 0.18 } },
      {
        name: "仍未办结", type: "line", step: "end", symbol: "none", color: blue, lineStyle: { width: 2.5 }, data: points(data.survival),
        markLine: {
          silent: true, symbol: "none", lineStyle: { color: grey, type: "dotted" },
          data: [[data.median, "中位数"], [data.p90, "P90"]].filter(([at]) => at !== null && at <= end)
            .map(([at, name]) => ({ xAxis: at, label: { formatter: `${name} ${days(at)}`, color: grey, position: "insideEndBottom" } })),
        },
      },
    ],
  });
  window.addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
})();
