"""Names, handles and words about themselves of the demo people. All invented."""

from __future__ import annotations

# name:handle
CHINESE = """
周远:zhouyuan 陈知秋:zhiqiu 小满:xiaoman 老周:laozhou 林晚:linwan 许多:xuduo 沈青禾:qinghe 何以宁:yining
阿布:abu 苏木:sumu 江小鱼:xiaoyu 顾南:gunan 叶子:yezi 唐果:tangguo 方糖:fangtang 白露:bailu
程一诺:yinuo 乔安:qiaoan 吴桐:wutong 李想:lixiang 王大勺:dashao 赵小北:xiaobei 钱多多:duoduo 孙悦:sunyue
冯唐唐:tangtang 韩冬:handong 杨柳依:liuyi 朱砂:zhusha 秦岭下:qinling 尤加利:youjiali 魏来:weilai 陶然:taoran
姜茶:jiangcha 戚风:qifeng 谢晚晴:wanqing 邹平:zouping 喻言:yuyan 柏舟:bozhou 水生:shuisheng 窦豆:doudou
章鱼:zhangyu 云朵妈:yunduo 苏绣:suxiu 潘潘:panpan 葛根:gegen 奚落落:luoluo 范小舟:xiaozhou 彭湃:pengpai
鲁班七号半:qihaoban 韦唯一:weiyi 昌河:changhe 马上:mashang 苗苗妈:miaomiao 凤梨酥:fenglisu 花卷:huajuan 方圆:fangyuan
俞伯:yubo 任我行走:xingzou 袁来:yuanlai 柳如眉:rumei 酆大:fengda 鲍春来:chunlai 史无前:wuqian 唐小塘:xiaotang
费小米:xiaomi 廉价快乐:kuaile 岑参不参:cencan 薛定谔的猫砂:maosha 雷阵雨:leizhenyu 贺兰:helan 倪好:nihao 汤圆:tangyuan
滕王阁下:tengwang 殷红:yinhong 罗一锅:yiguo 毕业十年:shinian 郝好:haohao 邬童:wutong2 安歌:ange 常乐:changle
乐小天:xiaotian 于是:yushi 时雨:shiyu 傅彬:fubin 皮蛋:pidan 卞之:bianzhi 齐眉:qimei 康乃馨:kangnai
伍月:wuyue 余生:yusheng 元宵:yuanxiao 卜算子:busuanzi 顾盼:gupan 孟婆的汤勺:tangshao 平安:pingan 黄小厨:xiaochu
和风:hefeng 穆清:muqing 萧萧:xiaoxiao 尹航:yinhang 姚远:yaoyuan 邵阳:shaoyang 湛蓝:zhanlan 汪汪:wangwang
祁连:qilian 毛豆:maodou 禹舟:yuzhou 狄小仁:xiaoren 米多:miduo 贝壳:beike 明月几时:jishi 臧小满仓:mancang
计小划:xiaohua 伏天:futian 成都阿泽:aze 戴望:daiwang 宋词:songci
"""

WORLD = """
Amara Okafor|Tomás Rivera|Ingrid Solberg|Priya Nair|Luca Bianchi|Hannah Weiss|Noor Haddad|Elif Kaya|Marta Kowalska
Ben Carter|Aoife Byrne|Mateo Silva|Freya Lindqvist|Oskar Nyman|Chloé Martin|Daniel Osei|Yuki Tanabe|Haruto Mori
Soo-ah Kim|Minh Tran|Anjali Rao|Rosa Delgado|Piotr Zielinski|Greta Vogel|Emil Hansen|Saoirse Quinn|Tariq Aziz
Leila Farahani|Nikos Pappas|Ivana Horvat|Jan de Wit|Lotte Bakker|Camille Roux|Théo Lambert|Maya Cohen|Eitan Levy
Kofi Mensah|Zanele Dube|Thabo Nkosi|Grace Wanjiru|Farah Idris|Hamza Bouzid|Amelia Stone|Oliver Finch|Ruby Marsh
Callum Reid|Isla Murray|Gwen Price|Rhys Morgan|Nadia Petrova|Sergei Volkov|Katya Orlova|Milan Novak|Eszter Nagy
Andrei Popescu|Ana Sousa|João Pereira|Beatriz Lima|Diego Torres|Valentina Cruz|Lucía Romero|Pablo Ortega|Jun Park
Hye-jin Lee|Aiko Sato|Ren Fujita|Siti Rahman|Arif Hakim|Linh Pham|Mai Nguyen|Ravi Menon|Sunita Das|Karan Mehta
Tess Holloway|Wren Abbott|Jude Fairley|Marlow Pike|Etta Lowe|Silas Boone|Nora Whitfield|Clara Benson|Owen Tate
Hugo Falk|Signe Dahl|Astrid Berg|Mikael Strand|Eero Laine|Aleksi Korhonen|Saara Niemi|Jonna Mäki|Pia Olsen
Felix Brandt|Lena Hoffmann|Moritz Kern|Sofia Greco|Marco Conti|Giulia Ferri|Paul Mercier|Inès Moreau|Vera Costa
Ida Holm|Tobias Frank|Mira Shah|Alba Vidal|Noemi Russo|Stefan Ilić|Dalia Sabry|Omar Nasser|Yara Khoury
Finn Gallagher|Ada Brook|Rowan Hale
"""

BIOS_EN = [
    "Bakes on Saturdays, reads on Sundays.", "Retired bookbinder. Steady hands, strong opinions.",
    "Nurse on nights. Tea at odd hours.", "I own four good things and am working on the fifth.",
    "Potter in training, three years in.", "Physics teacher. Yes, I time my steeps.",
    "Two children, one surviving soup plate.", "Gardener. Everything ends up in a pot.",
    "Runs a small bookshop with a large cat.", "Writes subtitles for a living, so I am brief.",
    "Cyclist. Breaks nothing on purpose.", "I came for the seconds.",
    "Lives on a boat, so nothing here may slide.", "Illustrator, mostly vegetables.",
    "Piano tuner. I knock on your bowls.", "Learning to sit still, one cup at a time.",
    "Carpenter. I make the shelf, you make the rest.", "Translator, Portuguese and tea.",
    "Night shift, day sleeper, candle at seven.", "Collects thumbprints on handmade things.",
    "Cook in a school kitchen. Big pots, small cups.", "I photograph light on walls.",
    "From the coast. Everything tastes a little of salt.", "Beekeeper, eleven hives and a van.",
    "Tram driver, line 4. Flask always full.", "Ceramics conservator by day.",
    "Married to somebody who does not see the point. Yet.", "Student. Small budget, long taste.",
    "I mend things. Sometimes with gold.", "Grandmother of five, owner of one teapot.",
    "Sound engineer, likes quiet.", "Here because of a friend's kitchen shelf.",
    "Postwoman. I know how your parcels travel.", "Dancer with bad knees and good cups.",
    "Statistician. Counts coffees.", "Long winters, many candles.",
]  # fmt: skip

BIOS_ZH = [
    "周末烤面包，周日看书。", "退休化学老师，来补火候这门课。", "夜班护士，喝茶的钟点跟别人不一样。",
    "好东西不多，件件都用。", "学拉坯第三年，还在跟泥商量。", "两个孩子，一只幸存的汤盘。",
    "种花的，什么都想装进盆里。", "开一家小书店，养一只大猫。", "做字幕的，话少。",
    "潮汕人，从小喝到大。", "为微瑕而来。", "画插画，主要画蔬菜。", "调钢琴的，看见碗就想敲一敲。",
    "学着坐下来，一杯一杯地学。", "木匠，你们做杯子，我做架子。", "在东北，四点天黑。",
    "上海，租房，东西少而好。", "景德镇漂了两年，回家了。", "学校食堂做饭，锅大杯子小。",
    "拍墙上的光。", "海边长大，喝什么都带点咸。", "养蜂，十一箱。", "文物修复，白天补别人的碗，晚上用自己的碗。",
    "爱人不懂这些，暂时。", "学生，预算不多，眼光很长。", "会一点金缮。", "外婆级玩家，一把壶用三十年。",
    "录音师，喜欢安静。", "被朋友家的一排架子带进来的。", "快递员，知道你们的箱子怎么走。",
    "程序员，四点准时消失。", "重庆人，火锅配单丛。", "武汉，骑车，喝茶。", "北京胡同里，窗台三尺。",
    "数据分析，数过自己喝了多少杯。", "妈妈，茶友，周三不加班。", "苏州，园林导游，爱讲瓶子。",
    "潜水为主，偶尔冒泡。",
]  # fmt: skip

ZONES_ZH = ["Asia/Shanghai"] * 9 + ["Asia/Hong_Kong", "Asia/Singapore", "America/Vancouver"]
WORLD_ZONES = [
    ("Europe/London", "GB"), ("Europe/Lisbon", "PT"), ("Europe/Berlin", "DE"),
    ("Europe/Stockholm", "SE"), ("Europe/Helsinki", "FI"), ("America/New_York", "US"),
    ("Asia/Tokyo", "JP"), ("Asia/Singapore", "SG"), ("Australia/Sydney", "AU"),
    ("Europe/Paris", "FR"), ("Africa/Nairobi", "KE"), ("Asia/Kolkata", "IN"),
]  # fmt: skip
CITIES_ZH = [
    ("上海", "徐汇区天平路"), ("杭州", "西湖区北山街"), ("成都", "武侯区玉林西路"), ("北京", "东城区五道营胡同"),
    ("武汉", "武昌区昙华林"), ("广州", "越秀区东山口"), ("苏州", "姑苏区平江路"), ("哈尔滨", "道里区兆麟街"),
    ("重庆", "渝中区中山四路"), ("厦门", "思明区沙坡尾"), ("南京", "鼓楼区颐和路"), ("景德镇", "珠山区陶溪川"),
]  # fmt: skip
CITIES_WORLD = [
    ("GB", "Bristol", "BS1 4QA", "Ferry Street"), ("PT", "Lisboa", "1100-148", "Rua da Saudade"),
    ("DE", "Leipzig", "04109", "Lindenhof"), ("SE", "Umeå", "903 26", "Storgatan"),
    ("FI", "Turku", "20100", "Aurakatu"), ("US", "Portland", "97205", "Alder Street"),
    ("JP", "Kyoto", "602-8024", "Teramachi"), ("SG", "Singapore", "058416", "Temple Street"),
    ("FR", "Nantes", "44000", "Rue des Carmes"), ("IE", "Cork", "T12 X2F", "Barrack Street"),
]  # fmt: skip
