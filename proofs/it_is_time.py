"""It is time.

Statement.  None.  The post tells of the months in which the author learned data mining during an internship; the words logistic regression and SVM occur as
            vocabulary.
Symbols.    none.
Excluded.   everything: there is nothing to verify, and nothing is invented.
Source.     Su Jianlin, It is time. (kexue.fm).
"""
from kexue import Article

article = Article(
    number=29, date="05-24", source="https://kexue.fm",
    title=("“It is time.”", "It is time."),
    summary=("A personal note on an internship and on learning data mining; terms such as logistic regression and SVM are named, nothing is said about them.",
             "关于实习与学习数据挖掘的个人随笔；提到了逻辑回归、SVM 等词，但未作任何陈述。"))
claims = 0
