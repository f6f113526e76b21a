"""What fills the slots of a text: invented on first use, and the same wherever the text repeats it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from models.kinds import RequesterKind
from scripts.demo.phrases import Phrases
from scripts.demo.places import Site

_KEPT = ("building", "floor", "plate", "bus", "shop", "hospital", "grade", "money", "fee", "small")
_HAN = "零一两三四五六七八九"


class Slots(dict[str, str]):
    """The slots of one order, for ``str.format_map``; ``when`` is set once a text has named the time.

    ``received`` is local time; ``at_night`` puts the event into the night before it.
    """

    def __init__(
        self, rng: Random, phrases: Phrases, site: Site, received: datetime, kind: RequesterKind, at_night: bool
    ) -> None:
        super().__init__(site.names)
        self.rng, self.phrases, self.site = rng, phrases, site
        self.received, self.kind, self.at_night = received, kind, at_night
        self.when: datetime | None = None

    def __missing__(self, key: str) -> str:
        made = self[key] = MAKERS[key](self)
        return made

    def again(self, received: datetime) -> Slots:
        """The slots of a later call about the same thing: the same house and money, other words."""
        later = Slots(self.rng, self.phrases, self.site, received, self.kind, self.at_night)
        later.update({key: self[key] for key in _KEPT if key in self})
        return later

    def drawing_on(self, rng: Random) -> Slots:
        """The same slots; what is not filled yet is drawn from ``rng``."""
        same = Slots(rng, self.phrases, self.site, self.received, self.kind, self.at_night)
        same.update(self)
        same.when = self.when
        return same

    def pick(self, *choices: str) -> str:
        return self.rng.choice(choices)

    def occurred(self) -> datetime:
        """When it happened, local time: hours before the call, or in the night before it."""
        if self.when is None:
            if self.at_night:
                midnight = self.received.replace(hour=0, minute=0, second=0)
                when = midnight + timedelta(minutes=self.rng.randint(-120, 110))
                self.when = when if when < self.received else when - timedelta(days=1)
            else:
                hours = min(40.0, self.rng.expovariate(1 / 7))
                self.when = self.received - timedelta(minutes=5 + int(hours * 60))
        return self.when


def _time(slots: Slots) -> str:
    when = slots.occurred()
    days = (slots.received.date() - when.date()).days
    day = ("今天", "昨天", "前天")[min(days, 2)]
    if when.hour >= 18:
        day, part = {"今天": "今", "昨天": "昨"}.get(day, day), "晚"
    else:
        part = next(name for until, name in _PARTS if when.hour < until)
    hour = when.hour - 12 if when.hour > 12 else when.hour
    past = ("点左右", "点钟") if when.minute < 15 else ("点多",) if when.minute < 30 else ("点半", "点多")
    return f"{day}{part}{hour}{slots.pick(*past)}"


_PARTS = ((5, "凌晨"), (8, "早上"), (11, "上午"), (13, "中午"), (18, "下午"))


def _count(slots: Slots) -> str:
    number = slots.rng.randint(2, 6)
    return str(number) if slots.rng.random() < 0.6 else _HAN[number]


def _at(slots: Slots) -> str:
    name, community = slots.site.names, f"{slots.site.community}社区"
    return slots.pick(community + name["road"], name["road"], name["estate"], community, community + name["estate"])


def _place(slots: Slots) -> str:
    community = f"{slots.site.community}社区"
    return slots.pick(community, slots.site.street_name + community, slots.site.street_name, community)


def _who(slots: Slots) -> str:
    if slots.kind is RequesterKind.ENTERPRISE:
        return slots.pick("企业", "企业负责人", "企业经办人")
    return slots.pick("市民", "市民", "群众", "居民")


def _role(slots: Slots) -> str:
    if slots.kind is RequesterKind.ENTERPRISE:
        return slots["factory"] + slots.pick("的负责人", "的行政主管", "的财务人员")
    estate, community = slots["estate"], f"{slots.site.community}社区"
    return slots.pick(f"{estate}业主", f"{community}居民", f"{estate}的住户", f"在{community}租房的租客")


def _plate(slots: Slots) -> str:
    rng = slots.rng
    return f"粤B{rng.choice('ABCDEFGHJKLM')}{rng.randint(0, 9)}**{rng.randint(10, 99)}"


def _date(slots: Slots) -> str:
    return f"{slots.received.month}月{slots.received.day}日"


def _window(slots: Slots) -> str:
    return slots.pick("本周五", "这个月底", "下周一", "后天", "明天下班", "这个周末", "下周三")


MAKERS: dict[str, Callable[[Slots], str]] = {
    "street": lambda slots: slots.site.street_name,
    "community": lambda slots: f"{slots.site.community}社区",
    "address": lambda slots: slots.site.address,
    "at": _at,
    "place": _place,
    "time": _time,
    "date": _date,
    "count": _count,
    "who": _who,
    "dear": lambda slots: "市民" if slots.kind is RequesterKind.CITIZEN else "企业负责人",
    "role": _role,
    "plate": _plate,
    "window": _window,
    "shop": lambda slots: slots[slots.pick("eatery", "store", "salon", "dealer")],
    "stop": lambda slots: f"{slots['road']}口公交站",
    "hospital": lambda slots: slots.pick("区里的公立医院", "附近的医院", "区级医院"),
    "bus": lambda slots: f"M9{slots.rng.randint(10, 99)}路",
    "building": lambda slots: f"{slots.rng.randint(1, 12)}{slots.pick('栋', '座', '号楼')}",
    "floor": lambda slots: str(slots.rng.randint(2, 32)),
    "grade": lambda slots: slots.pick("一", "二", "三", "四", "五", "六"),
    "late": lambda slots: slots.pick("11", "12", "十一", "十二"),
    "many": lambda slots: slots.pick("十几", "二十多", "三十来", "四十多", "五十多", "近百"),
    "nth": lambda slots: slots.pick("三", "四", "五", "六", "N"),
    "days": lambda slots: str(slots.rng.randint(3, 20)),
    "small": lambda slots: str(slots.rng.randint(3, 98) * 10),
    "money": lambda slots: str(slots.rng.randint(12, 680) * 100),
    "fee": lambda slots: str(slots.rng.randint(8, 96) * 100),
    "age": lambda slots: str(slots.rng.randint(65, 92)),
    "since": lambda slots: (
        "已经" + slots.pick("一周多", "半个月", "好几天", "一个多月", "三四天", "十来天", "快两个月")
    ),
    "lately": lambda slots: slots.pick("这几天", "最近一周", "近半个月", "最近一个月", "这段时间", "这阵子"),
    "ago": lambda slots: slots.pick("上周", "上个月", "半个月前", "三天前", "前几天", "月初"),
    "hours": lambda slots: slots.pick("工作日白天", "下午三点以后", "晚上七点以后", "周末", "上午"),
    "now": lambda slots: f"{slots.received.month}月{slots.received.day}日{slots.received.hour}时",
    "nick": lambda slots: slots.rng.choice(slots.phrases.people.nicks),
}
