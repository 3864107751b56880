"""The strings of the benchmark page, in English and Chinese."""

from __future__ import annotations

from typing import Any

LANGUAGES = ("en", "zh")
WORDS: dict[str, tuple[str, str]] = {
    "title": ("Benchmarks: {where}", "性能测试：{where}"),
    "other": ("[中文](./{file})", "[English](./{file})"),
    "intro": (
        "Measured on {date}; these figures hold for this kind of machine and these versions. Trust, in this "
        "order: errors, ratios of one interleaved run, milliseconds.",
        "测于 {date}；数字只对这类机器和这些版本有效。可信程度依次为：误差、同一次交错运行中的比值、毫秒数。",
    ),
    "machine": ("Machine", "机器"),
    "processor": ("processor", "处理器"),
    "cores": ("cores", "核数"),
    "caches": ("caches", "缓存"),
    "capability": ("vector instructions", "向量指令"),
    "gpu": ("GPU", "GPU"),
    "none": ("none", "无"),
    "versions": ("versions", "版本"),
    "pools": ("threads per pool", "各线程池的线程数"),
    "load": ("load before / after", "测前／测后负载"),
    "n cores": ("{n} cores", "{n} 核"),
    "precision": ("precision of float32 matrix products", "float32 矩阵乘积的精度设置"),
    "method": ("How it was measured", "测量方法"),
    "method.1": (
        "In every round each contestant runs once, in random order, for at least 30 ms; 9, 15 or 21 rounds. On a "
        "CPU the clock is the CPU time of the one thread; on a GPU, the time between two events.",
        "每一轮中各参赛实现按随机次序各运行一次，每次至少 30 毫秒，共 9、15 或 21 轮。CPU 上计单个线程的 CPU 时间，"
        "GPU 上计两个事件之间的时间。",
    ),
    "method.2": (
        "“× 2.00” means twice as fast, the median of the ratios taken round by round; in brackets the interval "
        "from the 2nd to the 8th of 9 rounds (4th to 12th of 15, 6th to 16th of 21), which holds the true median "
        "with at least 95 %.",
        "“× 2.00”即速度为两倍，取逐轮比值的中位数；方括号内为第 2 至第 8 个次序统计量（共 9 轮；15 轮取第 4 至第 "
        "12 个，21 轮取第 6 至第 16 个），以不低于 95 % 的概率包含真实中位数。",
    ),
    "method.3": (
        "The limit is the time this machine needed in the same rounds to move the bytes (copy or triad, the "
        "quicker) or to do as many operations as a matrix product (gemm), whichever is longer. Contestants "
        "allocate their results; the limits write to arrays at hand.",
        "极限取同一批轮次中两种用时的较大者：搬运相同字节（copy 与 triad 中较快的一个），或以矩阵乘积（gemm）完成"
        "相同的运算量。各实现自行为结果分配内存，极限则写入现成的数组。",
    ),
    "method.4": (
        "The worst error is the largest absolute difference from the reference over the largest reference value; "
        "what the reference is stands under each table. (a) marks a contestant that differs by more than 1e-6 in "
        "float64 too: it computes another estimator, or loses digits; it is the best peer only where no peer "
        "computes the same function.",
        "最大误差为与参考值之差的最大绝对值除以参考值的最大绝对值，参考值的来历注于各表之下。(a) 表示在 float64 "
        "中的差别也超过 1e-6：估计量不同，或丢失了有效数字；仅当没有同类实现计算同一函数时，才以其为最快同类。",
    ),
    "slower": ("Where the good form is slower", "改进实现较慢之处"),
    "even": ("Where the interval contains 1", "区间包含 1 之处"),
    "faster": ("Where it is faster", "改进实现较快之处"),
    "nowhere": ("Nowhere.", "无。"),
    "vs_peer": (" (best peer)", "（最快同类）"),
    "vs_straightforward": (" (straightforward form)", "（直接实现）"),
    "function": ("function", "函数"),
    "size": ("size", "规模"),
    "against": ("against", "比较对象"),
    "h.times": ("times as fast [95 %]", "速度倍数 [95 %]"),
    "missing": ("Peers that did not compete", "未参加比较的同类实现"),
    "not installed": ("not installed", "未安装"),
    "failed": ("failed", "运行失败"),
    "form": ("form", "实现"),
    "time": ("time", "用时"),
    "spread": ("IQR / median", "四分位距／中位数"),
    "h.other": ("error of the other", "对方的误差"),
    "h.straight": ("× straightforward [95 %]", "× 直接实现 [95 %]"),
    "h.peer": ("× best peer [95 %]", "× 最快同类 [95 %]"),
    "h.limit": ("of limit", "占极限"),
    "h.error": ("worst error", "最大误差"),
    "best peer": ("best peer", "最快同类"),
    "role.straightforward": ("straightforward form", "直接实现"),
    "role.good": ("good form", "改进实现"),
    "role.peer": ("peer", "同类"),
    "limit": (
        "{rounds} rounds; limit {roof} ({by}); {bytes} bytes, {flop} flop",
        "{rounds} 轮；极限 {roof}（{by}）；{bytes} 字节，{flop} 次浮点运算",
    ),
    "no limit": ("{rounds} rounds; limit not measured", "{rounds} 轮；极限未测量"),
    "ref.float64": (
        "Error against `{good}` evaluated in float64 on the same inputs",
        "误差以同一输入上用 float64 计算的 `{good}` 为参考",
    ),
    "ref.held": (
        ", itself within {error} of mpmath (50 digits) on {rows}",
        "，后者在{rows}上与 mpmath（50 位）相差不超过 {error}",
    ),
    "ref.unheld": (", not compared with mpmath at this size", "，该规模未与 mpmath 比较"),
    "ref.mpmath": ("Error against mpmath (50 digits) on {rows}", "误差以 mpmath（50 位）为参考，取{rows}"),
    "ref.self": (
        "Distance to `{good}` in the same dtype; mpmath is too slow at this size",
        "与同精度的 `{good}` 之差；该规模下 mpmath 过慢",
    ),
    "row": ("the first row", "第一行"),
    "rows.all": ("all entries", "全部元素"),
    "rows": ("the first {n} rows", "前 {n} 行"),
    "threads": (
        "{name} used {times} times the CPU time of the measuring thread: its time above is too small.",
        "{name} 所用的 CPU 时间为计时线程的 {times} 倍，上表中的用时偏小。",
    ),
    "plot.caption": (
        "{name}: time against size, and the limit of the machine.",
        "{name}：用时随规模的变化，以及机器的极限。",
    ),
}


def say(key: str, lang: str, **values: Any) -> str:
    return WORDS[key][LANGUAGES.index(lang)].format(**values)
